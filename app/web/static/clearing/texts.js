// Texts as Python sees them: blanks, capitals and lengths, so that two programs read one cell in one way.

const BLANK = "[\\t-\\r\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]";
const OUTER_BLANKS = new RegExp(`^${BLANK}+|${BLANK}+$`, "g");
const BLANKS = new RegExp(`${BLANK}+`, "g");
const ASCII = /^[\x00-\x7F]*$/;

// Without outer blanks. Most cells have none, which their first and last character show.
export function strip(text) {
  const last = text.length - 1;
  if (last < 0 || (isInk(text.charCodeAt(0)) && isInk(text.charCodeAt(last)))) return text;
  return text.replace(OUTER_BLANKS, "");
}

function isInk(code) {
  return code > 0x20 && code < 0x7f;
}

export function isAscii(text) {
  return ASCII.test(text);
}

// One space between words, none around them.
export function withSingleSpaces(text) {
  return strip(text.replace(BLANKS, " "));
}

// Without regard to capitals. `folded` has the characters that become something else than their small letter.
export function casefold(text, folded) {
  if (isAscii(text)) return text.toLowerCase();
  return Array.from(text, (one) => folded.get(one) ?? one.toLowerCase()).join("");
}

// Characters are counted as Python counts them: one beyond the basic plane is one.
export function isLonger(text, most) {
  return text.length > most && Array.from(text).length > most;
}

export function cut(text, most) {
  return isLonger(text, most) ? Array.from(text).slice(0, most).join("") : text;
}

// The pattern over a whole text: Python's `fullmatch`.
export function whole([source, flags]) {
  return new RegExp(`^(?:${source})$`, flags);
}

// The pattern at the beginning of a text: Python's `match`.
export function atStart([source, flags]) {
  return new RegExp(`^(?:${source})`, flags);
}

// The pattern anywhere in a text: Python's `search`.
export function anywhere([source, flags]) {
  return new RegExp(source, flags);
}

// The pattern everywhere in a text: Python's `finditer`.
export function everywhere([source, flags]) {
  return new RegExp(source, `${flags}g`);
}
