// Reading a case sheet as CSV: one header, rows in chunks, columns, codes and dates under our names. Nothing is
// guessed; whatever makes the file unreadable ends the reading with a conflict that names the row as a spreadsheet
// shows it.

import { conflictOf } from "./catalogue.js";
import { linesOf } from "./csv_lines.js";
import { recordsOf } from "./csv_records.js";
import { BadLine, Unreadable } from "./faults.js";
import { columnsOf, namedSeparator, separatorOf } from "./headers.js";
import { strip } from "./texts.js";
import { Translation } from "./translating.js";

const UTF_8_MARK = [0xef, 0xbb, 0xbf];

// The chunks { columns: Map of name to cells, rows: numbers } of a file. `declared` has its encoding and its dates.
export function* readCsv(bytes, catalogue, declared = {}) {
  const translation = new Translation(catalogue, declared);
  const { encoding } = translation;
  refuseOtherFormats(bytes, catalogue);
  const records = numberedRecords(bytes, encoding, catalogue);
  const header = readHeader(records, catalogue);
  let chunk = emptyChunk(header);
  let isEmpty = true;
  for (const { row, record } of records) {
    if (!record.some(strip)) continue;
    if (!fits(record, header)) throw unreadable(catalogue, "cell_count", row);
    add(chunk, record, row);
    if (chunk.rows.length < catalogue.reading.rows_a_chunk) continue;
    yield finished(chunk, header, translation, catalogue);
    chunk = emptyChunk(header);
    isEmpty = false;
  }
  if (chunk.rows.length > 0) yield finished(chunk, header, translation, catalogue);
  else if (isEmpty) throw unreadable(catalogue, "no_cases", 0);
}

function unreadable(catalogue, code, row) {
  return new Unreadable(conflictOf(catalogue, code, { row }));
}

// Exact marks alone: a workbook called .csv is told so, and not parsed as text.
function refuseOtherFormats(bytes, catalogue) {
  const hasMark = UTF_8_MARK.every((byte, at) => bytes[at] === byte);
  const opening = bytes.subarray(hasMark ? UTF_8_MARK.length : 0, catalogue.reading.longest_piece);
  const text = Array.from(opening, (byte) => String.fromCharCode(byte)).join("");
  if (catalogue.reading.formats.some(([, mark]) => mark.test(text))) throw unreadable(catalogue, "other_format", 0);
}

// The records with their row numbers, from the header on. Blank lines count as rows.
function* numberedRecords(bytes, encoding, catalogue) {
  let row = 0;
  try {
    const { lines, separator, blanks } = opened(linesOf(bytes, encoding, catalogue.reading), catalogue, (count) => {
      row = count;
    });
    row = blanks;
    for (const record of recordsOf(lines, separator, catalogue.reading.longest_field)) {
      row += 1;
      yield { row, record };
    }
  } catch (fault) {
    if (!(fault instanceof BadLine)) throw fault;
    throw unreadable(catalogue, fault.code, row + 1);
  }
}

// The lines from the header on, what separates their cells, and how many blank lines stand above. `count` hears of
// each of these, so that a fault among them has its row.
function opened(lines, catalogue, count) {
  const { separators } = catalogue.reading;
  let blanks = 0;
  let named = null;
  for (let next = lines.next(), isFirst = true; !next.done; next = lines.next(), isFirst = false) {
    const line = next.value;
    const isNaming = isFirst && (named = namedSeparator(line, catalogue)) !== null;
    if (isNaming) continue;
    if (isBlank(line, separators)) {
      count((blanks += 1));
      continue;
    }
    const separator = named ?? separatorOf(line, catalogue);
    if (!separators.includes(separator)) throw new BadLine("wrong_separator");
    return { lines: withFirst(line, lines), separator, blanks };
  }
  return { lines, separator: separators[0], blanks };
}

function isBlank(line, separators) {
  const blank = new Set([...separators, " ", "\r", "\n", '"']);
  for (const one of line) if (!blank.has(one)) return false;
  return true;
}

function* withFirst(line, lines) {
  yield line;
  yield* { [Symbol.iterator]: () => lines };
}

function readHeader(records, catalogue) {
  for (let next = records.next(); !next.done; next = records.next()) {
    const { row, record } = next.value;
    const last = record.findLastIndex(strip);
    if (last >= 0) return { columns: columnsOf(record.slice(0, last + 1), catalogue, row), cells: record.length };
  }
  throw unreadable(catalogue, "empty_file", 0);
}

// As many cells as the header has, and nothing in those that stand after its last name.
function fits(record, header) {
  return record.length === header.cells && !record.slice(header.columns.length).some(strip);
}

function emptyChunk(header) {
  return { cells: header.columns.map(() => []), rows: [] };
}

function add(chunk, record, row) {
  chunk.rows.push(row);
  chunk.cells.forEach((cells, place) => cells.push(record[place]));
}

function finished(chunk, header, translation, catalogue) {
  const columns = new Map(header.columns.map((name, place) => [name, chunk.cells[place]]));
  refuseHeaders(columns, chunk.rows, catalogue);
  return { columns: translation.apply(columns), rows: chunk.rows };
}

// Refuse a row that names the columns again, in whatever language: two files became one, or two headers.
function refuseHeaders(columns, rows, catalogue) {
  const [[first, firstCells]] = columns;
  const isHeader = (at) => [...columns].every(([name, cells]) => names(cells[at], name, catalogue));
  const place = firstCells.findIndex((cell, at) => mayName(cell, first, catalogue) && isHeader(at));
  if (place >= 0) throw unreadable(catalogue, "repeated_header", rows[place]);
}

function mayName(cell, column, catalogue) {
  const folded = catalogue.casefold(cell);
  return folded === catalogue.casefold(column) || catalogue.names.get(folded) === column;
}

function names(cell, column, catalogue) {
  const text = strip(cell);
  return text === "" || text === column || catalogue.names.get(catalogue.normalName(cell)) === column;
}
