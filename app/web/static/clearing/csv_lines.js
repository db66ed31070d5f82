// Bytes to lines of text: UTF-8, UTF-16 with its mark, and the encodings that may be declared. No byte is replaced and
// no encoding guessed: the first line that does not fit stops the reading.

import { BadLine } from "./faults.js";
import { isAscii, isLonger } from "./texts.js";

const UTF_8 = "utf-8";
// Byte order marks, with the encoding that each one means; empty for those that are not read. UTF-32 stands before
// UTF-16, whose mark its own begins with.
const MARKS = [
  [[0xef, 0xbb, 0xbf], UTF_8],
  [[0xff, 0xfe, 0, 0], ""],
  [[0, 0, 0xfe, 0xff], ""],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
const NO_CHARACTER = "\ufffd";
const HALF_A_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

// The lines with their ends. BadLine in place of the first that cannot be read.
export function* linesOf(bytes, declared, reading) {
  const { encoding, start } = announced(bytes, declared);
  const { text, fault } = textOf(bytes.subarray(start), encoding, declared || start > 0, reading);
  for (const line of splitLines(text, fault !== null, reading.longest_line)) {
    checkLine(line, reading.letters.get(encoding), reading);
    yield line;
  }
  if (fault) throw fault;
}

// The byte order mark's length and the encoding of what follows it. A mark wins over what was declared.
function announced(bytes, declared) {
  const known = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (known && !known[1]) throw new BadLine("wrong_encoding");
  if (known) return { encoding: known[1], start: known[0].length };
  if (bytes[0] === 0 || bytes[1] === 0) throw new BadLine("wrong_encoding");
  return { encoding: declared || UTF_8, start: 0 };
}

// All that is sound from the beginning on, and the fault that follows it, or null.
function textOf(bytes, encoding, isAnnounced, reading) {
  const sound = reading.letters.has(encoding)
    ? singleByteText(bytes, reading.letters.get(encoding))
    : encoding === UTF_8
      ? utf8Text(bytes)
      : utf16Text(bytes, encoding);
  if (sound.isWhole) return { text: sound.text, fault: null };
  const code = isAnnounced ? "not_as_declared" : isAscii(sound.text) ? "wrong_encoding" : "mixed_encodings";
  return { text: sound.text, fault: new BadLine(code) };
}

function utf8Text(bytes) {
  const decoder = new TextDecoder(UTF_8, { fatal: true, ignoreBOM: true });
  try {
    return { text: decoder.decode(bytes), isWhole: true };
  } catch {
    const sound = bytes.subarray(0, firstBadOfUtf8(bytes));
    return { text: new TextDecoder(UTF_8, { fatal: true, ignoreBOM: true }).decode(sound), isWhole: false };
  }
}

// Where the first sequence begins that is not UTF-8 (Unicode 16, table 3-7).
function firstBadOfUtf8(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthOfUtf8(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

function lengthOfUtf8(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (bytes[at + 1] < low || bytes[at + 1] > high) return 0;
  for (let next = 2; next < length; next++) if ((bytes[at + next] & 0xc0) !== 0x80) return 0;
  return length;
}

function utf16Text(bytes, encoding) {
  const even = bytes.length - (bytes.length % 2);
  const isLittle = encoding === "utf-16le";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units = [];
  for (let at = 0; at < even; at += 2) units.push(String.fromCharCode(view.getUint16(at, isLittle)));
  const text = units.join("");
  const half = HALF_A_CHARACTER.exec(text);
  if (half) return { text: text.slice(0, half.index), isWhole: false };
  return { text, isWhole: even === bytes.length };
}

function singleByteText(bytes, letters) {
  const characters = [];
  for (const byte of bytes) {
    const character = byte < 0x80 ? String.fromCharCode(byte) : letters[byte - 0x80];
    if (character === NO_CHARACTER) return { text: characters.join(""), isWhole: false };
    characters.push(character);
  }
  return { text: characters.join(""), isWhole: true };
}

// At LF, CR LF and CR alone. What stands after the last end is a line of its own, unless a fault cuts it off.
function* splitLines(text, isCutOff, longestLine) {
  const end = /\r\n|\n|\r/g;
  let at = 0;
  for (let found = end.exec(text); found; found = end.exec(text)) {
    yield text.slice(at, end.lastIndex);
    at = end.lastIndex;
  }
  const rest = text.slice(at);
  if (rest && !isCutOff) yield rest;
  else if (isLonger(rest, longestLine)) throw new BadLine("line_too_long");
}

function checkLine(line, letters, reading) {
  if (line.length > reading.longest_line && isLonger(line.replace(/\r?\n$|\r$/, ""), reading.longest_line)) {
    throw new BadLine("line_too_long");
  }
  if (reading.unclear.test(line)) throw new BadLine("unclear_character");
  if (letters && !isAscii(line) && isUtf8(line, letters)) throw new BadLine("not_as_declared");
}

// Whether letters of a line are UTF-8. No text of a single-byte encoding is by chance, letter by letter.
function isUtf8(line, letters) {
  const bytes = Uint8Array.from(line, (one) => (isAscii(one) ? one.charCodeAt(0) : 0x80 + letters.indexOf(one)));
  return firstBadOfUtf8(bytes) === bytes.length;
}
