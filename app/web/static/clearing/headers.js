// The header of the case sheet: which column each name means, and what separates the columns. Names are looked up in a
// table, and what is not in it goes on as it came. No name may come into a message.

import { conflictOf, placeOfColumn } from "./catalogue.js";
import { cellsOf } from "./csv_records.js";
import { Unreadable } from "./faults.js";
import { strip } from "./texts.js";

// The columns of a whole header. Unreadable when there are too many, or one twice.
export function columnsOf(header, catalogue, row) {
  if (header.length > catalogue.reading.most_columns) {
    throw new Unreadable(conflictOf(catalogue, "too_many_columns", { row }));
  }
  const columns = header.map((name) => catalogue.names.get(catalogue.normalName(name)) ?? strip(name));
  const doubled = columns.map((_, place) => place).filter((place) => columns.indexOf(columns[place]) < place);
  if (doubled.length > 0) {
    throw new Unreadable(
      ...doubled.map((place) => conflictOf(catalogue, "doubled_column", { row, column: placeOfColumn(place) })),
    );
  }
  return columns;
}

// What a first line like `sep=;` names; null when the line is none of this kind.
export function namedSeparator(line, catalogue) {
  const named = catalogue.reading.namedSeparator.exec(line.replace(/[\r\n]+$/, ""));
  return named && named[1];
}

// The one separator with which a header's line gives columns that are known; empty when that is unclear.
export function separatorOf(line, catalogue) {
  const [comma] = catalogue.reading.separators;
  const present = catalogue.reading.separators.filter((one) => line.includes(one));
  const fitting = present.filter((one) => givesKnownColumns(line, one, catalogue));
  const found = fitting.length > 0 ? fitting : present;
  if (found.length === 0) return comma;
  return found.length === 1 && (fitting.length > 0 || found[0] === comma) ? found[0] : "";
}

function givesKnownColumns(line, separator, catalogue) {
  const names = cellsOf(line, separator, catalogue.reading.longest_field).slice(0, catalogue.reading.most_columns);
  return names.some((name) => catalogue.names.has(catalogue.normalName(name)));
}
