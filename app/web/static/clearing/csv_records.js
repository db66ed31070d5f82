// Lines to records, as Python's csv module reads them when it is strict: a quotation mark that opens a cell must
// close it, and what follows must be a separator or the end of the line.

import { BadLine } from "./faults.js";
import { isLonger } from "./texts.js";

const QUOTE = '"';

// The records of an iterator of lines with their ends. BadLine for what cannot be read.
export function* recordsOf(lines, separator, longestField) {
  const held = { record: [], cell: "", isOpen: false };
  for (const line of lines) {
    if (!held.isOpen && !line.includes(QUOTE)) {
      yield plainRecord(withoutEnd(line), separator, longestField);
      continue;
    }
    readLine(held, line, separator, longestField, true);
    if (!held.isOpen) yield take(held);
  }
  if (held.isOpen) throw new BadLine("broken_quoting");
}

// The cells of a first line alone, whatever its quotation marks do: to see which separator gives known names.
export function cellsOf(line, separator, longestField) {
  const held = { record: [], cell: "", isOpen: false };
  readLine(held, line, separator, longestField, false);
  if (held.isOpen) held.record.push(held.cell);
  return take(held);
}

function take(held) {
  const { record } = held;
  held.record = [];
  return record;
}

function plainRecord(line, separator, longestField) {
  if (line === "") return [];
  const cells = line.split(separator);
  if (line.length > longestField) cells.forEach((cell) => checkLength(cell, longestField));
  return cells;
}

function withoutEnd(line) {
  const end = line.endsWith("\r\n") ? 2 : line.endsWith("\n") || line.endsWith("\r") ? 1 : 0;
  return end ? line.slice(0, -end) : line;
}

function checkLength(cell, longestField) {
  if (isLonger(cell, longestField)) throw new BadLine("cell_too_long");
}

// Cell by cell, from where the line before left off. A cell that stays open takes the line's end with it.
function readLine(held, line, separator, longestField, isStrict) {
  const end = withoutEnd(line).length;
  if (!held.isOpen && end === 0) return;
  for (let at = 0; ; ) {
    const isQuoted = held.isOpen || (at < end && line[at] === QUOTE);
    if (isQuoted) {
      at = readQuoted(held, line, held.isOpen ? at : at + 1, longestField);
      if (held.isOpen) return;
    }
    const found = line.indexOf(separator, at);
    const stop = found < 0 ? end : found;
    if (isQuoted && isStrict && stop > at) throw new BadLine("broken_quoting");
    held.cell += line.slice(at, stop);
    checkLength(held.cell, longestField);
    held.record.push(held.cell);
    held.cell = "";
    if (stop === end) return;
    at = stop + 1;
  }
}

// Up to the mark that closes the cell; the place after it.
function readQuoted(held, line, from, longestField) {
  held.isOpen = true;
  for (let at = from; ; ) {
    const mark = line.indexOf(QUOTE, at);
    held.cell += line.slice(at, mark < 0 ? undefined : mark);
    checkLength(held.cell, longestField);
    if (mark < 0) return line.length;
    if (line[mark + 1] !== QUOTE) {
      held.isOpen = false;
      return mark + 1;
    }
    held.cell += QUOTE;
    at = mark + 2;
  }
}
