// Where clearing looks for identifiers in the wrong place: in what it refused, and in case numbers. The finding takes
// the place of a vaguer one, and no text is kept. Findings are { place, column, code }.

import { TOKEN_PREFIX } from "./case_tokens.js";
import { checkText, refusedAs, wordsOf } from "./identifiers.js";
import { Refused } from "./treatments.js";
import { cut, strip } from "./texts.js";

const VAGUE_OF_DATES = "wrong_date";

// The treatment with a finding that names the identifier in a refused cell, where it looks like one.
export function sayWhatItLooksLike(treat, { identifiers, clearing }) {
  return (text) => {
    const result = treat(text);
    if (!(result instanceof Refused)) return result;
    const start = cut(text, clearing.longest_cell);
    if (identifiers.vague.has(result.code)) return new Refused(refusedAs(start, identifiers) ?? result.code);
    if (result.code === VAGUE_OF_DATES) return new Refused(checkText(start, identifiers) ?? result.code);
    return result;
  };
}

// The findings and those of case numbers; a refused cell with a name of the person of its row is told as that.
export function withIdentifiers(raw, found, catalogue) {
  const { identifiers, clearing } = catalogue;
  const names = new Names(raw, catalogue);
  const told = found.map((one) => {
    if (!identifiers.vague.has(one.code)) return one;
    const cell = cut(raw.get(one.column)[one.place], clearing.longest_cell);
    return names.standIn(cell, one.place) ? { ...one, code: "name_in_another_field" } : one;
  });
  return [...told, ...inCaseNumbers(raw, names, catalogue)];
}

// Case numbers that are an identifier or hold a name of the person. Tokens are neither.
function inCaseNumbers(raw, names, catalogue) {
  const withoutTokens = (number) => (number.startsWith(TOKEN_PREFIX) ? "" : strip(number));
  const numbers = (raw.get("case_number") ?? []).map(withoutTokens);
  const identifying = identifiersAmong(numbers, catalogue);
  const named = [...namedAmong(numbers, names, catalogue)].filter((place) => !identifying.has(place));
  const finding = (code) => (place) => ({ place, column: "case_number", code });
  return [...[...identifying].map(finding("identifier_as_case_number")), ...named.map(finding("name_as_case_number"))];
}

// All at once first, because there is nearly never one. No identifier goes on over the end of a line.
function identifiersAmong(numbers, { identifiers, clearing }) {
  const found = new Set();
  if (checkText(numbers.join("\n"), identifiers)) {
    numbers.forEach((number, place) => {
      if (number && checkText(cut(number, clearing.longest_cell), identifiers)) found.add(place);
    });
  }
  return found;
}

// Numbers with a name in them that is no prefix of the house, which may be called as a woman is.
function namedAmong(numbers, names, { identifiers }) {
  const places = new Map();
  if (names.areThere) {
    numbers.forEach((number, place) => {
      for (const word of number.normalize("NFC").match(identifiers.wordsOfNumbers) ?? []) {
        if (!places.has(word)) places.set(word, []);
        places.get(word).push(place);
      }
    });
  }
  const named = new Set();
  for (const [word, standsAt] of places) {
    // Otherwise it stands with somebody of another name, too.
    if (standsAt.every((place) => names.standIn(word, place))) standsAt.forEach((place) => named.add(place));
  }
  return named;
}

// The given, family and father's names of the rows. Each text is taken apart once.
class Names {
  constructor(raw, catalogue) {
    const columns = catalogue.identifiers.names.map((name) => raw.get(name) ?? []);
    this.columns = columns.filter((cells) => cells.some(Boolean));
    this.words = new Map();
    this.catalogue = catalogue;
  }

  get areThere() {
    return this.columns.length > 0;
  }

  // Whether a name of the row stands in the text as words of its own, whatever its case, diacritics or alphabet.
  standIn(text, place) {
    const words = this.wordsOf(text);
    if (words.size === 0) return false;
    return this.columns.some((cells) => [...this.wordsOf(cells[place])].some((word) => words.has(word)));
  }

  wordsOf(text) {
    let words = this.words.get(text);
    if (!words) this.words.set(text, (words = new Set(wordsOf(text, this.catalogue))));
    return words;
  }
}
