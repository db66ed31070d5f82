// Checks between the columns of a row, as the catalogue lists them. A condition is terms; each compares a column with
// codes or with another column. An empty cell fulfils no term but `is empty` and `is not`.

import { readSpan } from "./days.js";

// The checks { code, column, holds(row) } of the case sheet, in the order of the table.
export function checksOf(catalogue, isArchive) {
  return catalogue.checks
    .filter((check) => check.in_archives || !isArchive)
    .map(({ code, column, terms }) => ({ code, column, holds: holdsOf(terms, catalogue) }));
}

// `cellOf` gives the cell of a column.
function holdsOf(terms, catalogue) {
  const compared = terms.map((term) => comparing(term, catalogue));
  return (cellOf) => compared.every((holds) => holds(cellOf));
}

function comparing({ column, verb, other, codes }, { clearing }) {
  const listed = new Set(codes);
  switch (verb) {
    case "is":
      return (cellOf) => listed.has(cellOf(column));
    case "is not":
      return (cellOf) => !listed.has(cellOf(column));
    case "after":
      return (cellOf) => isAfter(cellOf(column), cellOf(other), 0);
    case "before":
      return (cellOf) => isAfter(cellOf(other), cellOf(column), 0);
    case "well after":
      return (cellOf) => isAfter(cellOf(column), cellOf(other), clearing.slack_days);
    case "differs from":
      return (cellOf) => differs(cellOf(column), cellOf(other), clearing);
    default:
      throw new TypeError("A condition of the catalogue cannot be read.");
  }
}

// True when every day that the one may mean comes after every day that the other may mean.
function isAfter(later, earlier, slack) {
  const laterSpan = readSpan(later);
  const earlierSpan = readSpan(earlier);
  return Boolean(laterSpan && earlierSpan) && laterSpan.first.ordinal > earlierSpan.last.ordinal + slack;
}

function differs(cell, other, { unknown, unknown_country: unknownCountry }) {
  const says = (text) => text !== "" && text !== unknown && text !== unknownCountry;
  return cell !== other && says(cell) && says(other);
}
