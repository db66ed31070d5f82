// Cells in the words of their sender to cells in ours: labels of code lists in any language become codes, dates of the
// declared format those of ISO 8601, "24,0" becomes 24. What is not known goes on as it came, and clearing refuses it.

import { conflictOf } from "./catalogue.js";
import { Unreadable } from "./faults.js";
import { isLonger, strip } from "./texts.js";

const ISO_DATES = "yyyy-mm-dd";
const NUMBERS = new Set(["band", "days_band", "number"]);

export class Translation {
  // Unreadable when something is declared that we do not read.
  constructor(catalogue, { encoding = "", dates = "" }) {
    const { encodings, dates: formats } = catalogue.reading;
    this.encoding = encoding && encodings.get(strip(encoding).toLowerCase());
    if (this.encoding === undefined) throw new Unreadable(conflictOf(catalogue, "unknown_encoding"));
    const format = strip(dates).toLowerCase();
    if (format && format !== ISO_DATES && !formats.has(format)) {
      throw new Unreadable(conflictOf(catalogue, "unknown_date_format"));
    }
    this.words = wordsOf(catalogue, formats.get(format));
  }

  // The columns with their values translated, each distinct value once.
  apply(columns) {
    const translated = new Map();
    for (const [name, cells] of columns) {
      const words = this.words.get(name);
      translated.set(name, words ? cells.map(words) : cells);
    }
    return translated;
  }
}

function wordsOf(catalogue, writtenDate) {
  const words = new Map();
  for (const column of catalogue.columns.values()) {
    const translate = wordOf(column, catalogue, writtenDate);
    if (translate) words.set(column.name, remembering(translate));
  }
  return words;
}

function remembering(translate) {
  const known = new Map();
  return (cell) => {
    let text = known.get(cell);
    if (text === undefined) known.set(cell, (text = translate(cell)));
    return text;
  };
}

// How the values of a column are translated; null when they are never anything but what they are.
function wordOf(column, catalogue, writtenDate) {
  if (column.type === "date") return writtenDate ? (text) => isoOf(text, writtenDate) : null;
  const isNumber = NUMBERS.has(column.treatment);
  const wholeNumber = (text) => catalogue.reading.zeroDecimals.exec(strip(text))?.[1] ?? text;
  if (!column.code_list) return isNumber ? wholeNumber : null;
  return coded(column, catalogue, isNumber ? wholeNumber : (text) => text);
}

// The code of a cell: of the cell as a whole, else of each of several values.
function coded(column, catalogue, numberOf) {
  const { known, labels } = catalogue.codeLists.get(column.code_list);
  const { longest_cell: longest, separator } = catalogue.clearing;
  const one = (text) => (known.has(strip(text)) ? text : (labels.get(catalogue.normalName(text)) ?? text));
  return (cell) => {
    const translated = one(numberOf(cell));
    if (translated !== cell || !column.several || isLonger(cell, longest)) return translated;
    return cell.split(separator).map(one).join(separator);
  };
}

function isoOf(text, writtenDate) {
  const parts = writtenDate.exec(strip(text))?.groups;
  return parts ? `${parts.year}-${parts.month.padStart(2, "0")}-${parts.day.padStart(2, "0")}` : text;
}
