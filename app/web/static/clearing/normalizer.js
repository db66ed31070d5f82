// The normalizer of names, `seekey/1`, as anonymizer/linking/normalizer has it: the same tables, the same forms. A name
// with a letter that no table knows has no form: no key is better than a wrong one. Nothing here keeps a name.

const MOST_AMBIGUOUS = 2;
const LETTER_READ_OTHERWISE = 2;
const SKELETON_LENGTH = 6;
const SHORTEST = 2;
const MOST_PASSES = 6;
// By the number of ambiguous kinds: which reading of each is taken, the likeliest first.
const CHOICES = [[[]], [[0], [1]], [[0, 0], [1, 0], [0, 1], [1, 1]]];
const END_OF_PLACE = /[,;(/]/;
const NONE_CHOSEN = new Map();

// The tables as they are served, made ready.
export function readTables({ letters, words }) {
  const tables = lettersOf(letters);
  const known = (list) => new Set(list.map((word) => joinFine(splitWords(word, tables))));
  return {
    ...tables,
    particles: known(words.particles),
    noNames: known(words.no_names),
    placeWords: known(words.place_words),
    noPlaces: known(words.no_places),
    places: new Map(words.places.flatMap((row) => row.map((name) => [joinFine(splitWords(name, tables)), row[0]]))),
    fatherEndings: [...new Set(words.father_endings.map(nfkd))].sort(longestFirst),
    shortestFather: words.shortest_father,
  };
}

// One Latin form of a name, its words joined; "" when it cannot be read.
export function fine(name, tables) {
  return joinFine(splitWords(name, tables));
}

// At most four readings of a name in consonant classes, the likeliest first.
export function skeletons(name, tables) {
  return [...new Set(readingsOf([splitWords(name, tables)], tables).map((reading) => reading.skeletons[0]))];
}

// { fine, skeletons } of the words of one name or of both: readings `[how far from the likeliest, forms]`, by all words,
// and where a name has several, by its first and its last alone. Both names are read together.
export function variants(names, tables) {
  const [fines, codes] = [[], []];
  for (const [further, chosen] of waysOf(names)) {
    for (const reading of readingsOf(chosen, tables)) {
      fines.push([further + reading.cost, [...reading.fine].sort()]);
      codes.push([further + reading.cost, [...reading.skeletons].sort()]);
    }
  }
  return { fine: ordered(fines), skeletons: ordered(codes) };
}

// The words of both names. When all of a name stands in one of the two columns, its last word is the other name.
export function givenAndFamily(given, family, tables) {
  const [first, last] = [wordsOfName(given, tables), wordsOfName(family, tables)];
  const whole = first.length ? first : last;
  if ((first.length && last.length) || whole.length < 2) return [first, last];
  return [whole.slice(0, -1), whole.slice(-1)];
}

// Readings of a father's first name, also where it is written as a patronymic.
export function father(name, tables) {
  const known = wordsOfName(name, tables);
  return known.length ? skeletonsOf([withoutEnding(known[0], tables)], tables) : [];
}

// Readings of a place of birth by its name alone.
export function place(text, tables) {
  const read = splitWords(text.split(END_OF_PLACE)[0], tables);
  const known = read.filter((word) => !tables.placeWords.has(joinFine([word])));
  const form = joinFine(known);
  if (!known.length || tables.noPlaces.has(form) || tables.noNames.has(form)) return [];
  const usual = splitWords(tables.places.get(form) ?? "", tables);
  return skeletonsOf(usual.length ? usual : known, tables);
}

function lettersOf(letters) {
  const graphemes = new Map();
  const widest = new Map();
  for (const [written, [forms, ...classes]] of Object.entries(letters.graphemes)) {
    const key = nfkd(written);
    const [first, second = first] = forms.split("/");
    graphemes.set(key, { fine: [first, second], classes, kind: classes.length > 1 ? classes.join("|") : "" });
    widest.set(key[0], Math.max(widest.get(key[0]) ?? 0, key.length));
  }
  const folded = new Map([...letters.capitals].map((capital, at) => [capital, letters.small[at]]));
  for (const separator of letters.separators) folded.set(separator, " ");
  for (const ignored of letters.ignored) folded.set(ignored, "");
  const block = ([first, last]) => `\\u${first}-\\u${last}`;
  const [low, high] = letters.marks.map((mark) => String.fromCharCode(parseInt(mark, 16)));
  return {
    readable: new RegExp(`^[${letters.readable.map(block).join("")}]*$`),
    longestText: letters.longest_text,
    folded,
    isKnown: (character) => graphemes.has(character) || (low <= character && character <= high),
    graphemes,
    widest,
    ambiguous: new Map(letters.ambiguous.map((kind, at) => [kind, at])),
  };
}

// The words of a text; none when a character of it is unknown.
function splitWords(text, tables) {
  if (!tables.readable.test(text)) return [];
  const folded = Array.from(nfkd(text), (character) => tables.folded.get(character) ?? character).join("");
  if (folded.length > tables.longestText) return [];
  const words = folded.split(" ").filter((word) => word);
  return words.every((word) => Array.from(word).every(tables.isKnown)) ? words.map((word) => readWord(word, tables)) : [];
}

function readWord(text, tables) {
  const graphemes = graphemesOf(text, tables);
  return { text, graphemes, fine: fineOf(graphemes, NONE_CHOSEN, tables) };
}

// Latin letters that a pass brought together are read again, as if they had been written so.
function fineOf(graphemes, chosen, tables) {
  let form = withoutDoubles(graphemes.map((one) => one.fine[chosen.get(one.kind) ?? 0]).join(""));
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const again = withoutDoubles(graphemesOf(form, tables).map((one) => one.fine[0]).join(""));
    if (again === form) break;
    form = again;
  }
  return form;
}

function joinFine(words) {
  const joined = words.map((word) => word.fine).join("");
  return joined.length >= SHORTEST ? joined : "";
}

// The ways to read names together, the likeliest first; none when one of them cannot be read.
function readingsOf(names, tables) {
  if (!names.every(joinFine)) return [];
  const kinds = new Set(names.flat().flatMap((word) => word.graphemes.map((one) => one.kind)).filter(Boolean));
  const order = (kind) => tables.ambiguous.get(kind);
  const ambiguous = [...kinds].sort((one, other) => order(one) - order(other)).slice(0, MOST_AMBIGUOUS);
  return CHOICES[ambiguous.length]
    .map((choice) => reading(names, new Map(ambiguous.map((kind, at) => [kind, choice[at]])), tables))
    .filter((read) => read.skeletons.every(Boolean));
}

function reading(names, chosen, tables) {
  return {
    cost: LETTER_READ_OTHERWISE * [...chosen.values()].reduce((sum, one) => sum + one, 0),
    fine: names.map((words) => words.map((word) => fineOf(word.graphemes, chosen, tables)).join("")),
    skeletons: names.map((words) => skeletonOf(words, chosen)),
  };
}

// Doubles are one; a vowel stays at the very beginning alone.
function skeletonOf(words, chosen) {
  const codes = words.map((word) =>
    withoutDoubles(word.graphemes.map((one) => one.classes[chosen.get(one.kind) ?? 0]).join("")),
  );
  const start = codes[0].startsWith("A") ? "A" : "";
  return (start + codes.join("").replaceAll("A", "")).slice(0, SKELETON_LENGTH);
}

// Which words of each name are read, and how far that is from the likeliest.
function waysOf(names) {
  if (names.every((name) => name.length < 2)) return [[0, names]];
  const first = names.map((name) => name.slice(0, 1));
  const last = names.map((name) => name.slice(-1));
  if (names.length === 1) return [[0, names], [1, first], [1, last]];
  return [[0, names], [0, first], [1, [first[0], last[1]]], [2, [last[0], first[1]]]];
}

// The word between its two ends, split by longest match; marks that change nothing are left out.
function graphemesOf(word, { graphemes, widest }) {
  const bounded = `^${word}$`;
  const found = [];
  for (let at = 0; at < bounded.length; ) {
    let width = widest.get(bounded[at]) ?? 0;
    while (width && !graphemes.has(bounded.slice(at, at + width))) width -= 1;
    if (width) found.push(graphemes.get(bounded.slice(at, at + width)));
    at += width || 1;
  }
  return found;
}

function withoutDoubles(text) {
  return Array.from(text).filter((character, at) => character !== text[at - 1]).join("");
}

function skeletonsOf(words, tables) {
  return ordered(readingsOf([words], tables).map((read) => [read.cost, read.skeletons]));
}

function wordsOfName(text, tables) {
  const found = splitWords(text, tables);
  if (tables.noNames.has(joinFine(found))) return [];
  const kept = found.filter((word) => !tables.particles.has(joinFine([word])));
  return kept.length ? kept : found;
}

function withoutEnding(word, tables) {
  const isEnding = (ending) => word.text.endsWith(ending) && word.text.length - ending.length >= tables.shortestFather;
  const ending = tables.fatherEndings.find(isEnding);
  return ending ? readWord(word.text.slice(0, -ending.length), tables) : word;
}

// The likeliest first, each form once.
function ordered(weighed) {
  const best = new Map();
  for (const [cost, forms] of [...weighed].sort(([one], [other]) => one - other)) {
    const key = forms.join(" ");
    if (!best.has(key)) best.set(key, [cost, forms]);
  }
  return [...best.values()];
}

function longestFirst(one, other) {
  return other.length - one.length || (one < other ? -1 : 1);
}

function nfkd(text) {
  return text.normalize("NFKD");
}
