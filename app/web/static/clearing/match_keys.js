// The inputs of the blind evaluation: thirty-two of every case, one a slot, real match keys and fillers alike. The bytes
// are those of anonymizer/linking/match_keys.py. An input identifies a person: it must leave this thread blinded alone.

import { birthsIn, mayBe, readBirthDate } from "./birth_dates.js";
import { concatBytes, keyedHash, utf8 } from "./hashing.js";
import { father, givenAndFamily, place, readTables, variants } from "./normalizer.js";

const IDENTIFIERS = ["given_name", "family_name", "father_name", "birth_place", "birth_date", "identity_number"];
const ENOUGH = ["given_name", "family_name", "identity_number"];
const FILLER = "filler";
const SEVERAL_NUMBERS = /[;,|\n]/;
const BETWEEN_DIGITS = /[ \t\u00a0./:-]/g;
const LABEL = /^[A-Z]+|[A-Z]+$/g;
const WRITTEN_ALIKE = /^([0-9A-Z])\1*$/;
const ASCII = /^[\0-\x7f]*$/;

// The rules as they are served: the document with the link keys and the tables, and the catalogue's `identifiers`.
export function readLinkRules(document, identifiers) {
  return {
    domain: document.domain,
    normalizer: document.normalizer,
    linkKeys: document.link_keys,
    tables: readTables(document),
    births: document.words.birth_dates,
    identifiers,
  };
}

// Whether a sheet with these columns can have match keys at all.
export function hasIdentifiers(columns) {
  return columns.some((name) => ENOUGH.includes(name));
}

// Of each row the inputs of its slots. `raw` is { column: cells }, `tokens` the case tokens of the rows in order.
export function slotInputs(raw, tokens, caseKey, rules) {
  const keyed = keyedHash(caseKey);
  return tokens.map((token, row) => {
    const person = Object.fromEntries(IDENTIFIERS.map((name) => [name, raw[name]?.[row] ?? ""]));
    const keys = matchKeys(person, rules);
    const fillerOf = (slot) => keyed(encodeTexts(rules.domain, FILLER, token, String(slot)));
    return filledUp(keys, fillerOf, rules);
  });
}

// { id of a class: its match keys as bytes, the likeliest reading first } of { given_name, family_name, … }.
export function matchKeys(person, rules) {
  const known = read(person, rules);
  return Object.fromEntries(rules.linkKeys.map((key) => [key.id, keysOfClass(key, known, rules)]));
}

// Each text after the length of its UTF-8 in two bytes, the higher first.
export function encodeTexts(...texts) {
  return concatBytes(...texts.map(utf8).flatMap((coded) => [Uint8Array.of(coded.length >> 8, coded.length & 255), coded]));
}

function read(person, rules) {
  const [first, last] = givenAndFamily(person.given_name, person.family_name, rules.tables);
  const birth = readBirthDate(person.birth_date, rules.births);
  return {
    given: variants([first], rules.tables),
    family: variants([last], rules.tables),
    names: variants([first, last], rules.tables),
    father: father(person.father_name, rules.tables),
    place: place(person.birth_place, rules.tables),
    birth,
    numbers: identityNumbers(person.identity_number, birth, rules),
  };
}

function keysOfClass(key, known, rules) {
  let made = [[0, []]];
  for (const name of key.of) {
    made = made.flatMap(([cost, before]) => PARTS[name](known).map(([more, after]) => [cost + more, [...before, ...after]]));
  }
  made.sort(([one], [other]) => one - other);
  return made.slice(0, key.slots).map(([, texts]) => encodeTexts(rules.domain, rules.normalizer, key.id, ...texts));
}

function filledUp(keys, fillerOf, rules) {
  const inputs = [];
  for (const { id, slots } of rules.linkKeys) {
    const end = inputs.length + slots;
    inputs.push(...keys[id]);
    while (inputs.length < end) inputs.push(fillerOf(inputs.length));
  }
  return inputs;
}

// National numbers in a cell by digits alone, without one that contradicts the birth date.
function identityNumbers(text, birth, { identifiers, births }) {
  const compact = text.split(SEVERAL_NUMBERS).map((one) => one.replace(BETWEEN_DIGITS, ""));
  const spelt = compact.filter((one) => ASCII.test(one)).map((one) => withoutLabel(one.toUpperCase(), identifiers));
  const isKey = (one) =>
    !WRITTEN_ALIKE.test(one) && birthsIn(one, identifiers).some((born) => mayBe(birth, born, births));
  return [...new Set(spelt.filter(isKey))];
}

function withoutLabel(compact, identifiers) {
  return birthsIn(compact, identifiers).length ? compact : compact.replace(LABEL, "");
}

// How each part that a policy names is made of what is known: readings `[how far from the likeliest, texts]`.
const PARTS = {
  identity_number: ({ numbers }) => numbers.map((number) => [0, [number]]),
  "names:skeleton": ({ names }) => names.skeletons,
  "names:fine": ({ names }) => names.fine,
  "given:fine": ({ given }) => given.fine,
  "given:skeleton": ({ given }) => given.skeletons,
  "family:fine": ({ family }) => family.fine,
  "family:skeleton": ({ family }) => family.skeletons,
  birth_date: ({ birth }) => certain(birth.day),
  "birth_date:day_and_month_in_either_order": ({ birth }) => certain(birth.inEitherOrder),
  "birth_date:day_and_month": ({ birth }) => certain(birth.monthAndDay),
  birth_year: ({ birth }) => certain(birth.year),
  birth_place: (known) => known.place,
  father: (known) => known.father,
};

function certain(text) {
  return text ? [[0, [text]]] : [];
}
