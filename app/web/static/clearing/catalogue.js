// The catalogue as the server gives it (`catalogue.json`), made ready for clearing. No number of a rule stands in a
// module: all of them come from here.

import { anywhere, atStart, casefold, everywhere, isLonger, whole, withSingleSpaces } from "./texts.js";

const ALPHABET = 26;

export function readCatalogue(document) {
  const folded = new Map(Object.entries(document.folded));
  const columns = new Map(document.columns.map((column) => [column.name, columnOf(column)]));
  const catalogue = {
    columns,
    order: new Map([...columns.keys()].map((name, place) => [name, place])),
    cleared: document.cleared,
    dropped: new Map(Object.entries(document.dropped)),
    names: new Map(Object.entries(document.names)),
    codeLists: new Map(Object.entries(document.code_lists).map(([name, list]) => [name, codeListOf(list)])),
    findings: new Map(Object.entries(document.findings)),
    checks: document.checks,
    reading: readingOf(document.reading),
    clearing: document.clearing,
    identifiers: identifiersOf(document.identifiers),
    folded,
  };
  catalogue.casefold = (text) => casefold(text, folded);
  catalogue.normalName = (name) => normalName(name, catalogue);
  return catalogue;
}

// One thing to put right, as the server writes it. Every argument is a name or a number of our own.
export function conflictOf(catalogue, code, { row = 0, column = "", entity = "batch", codeList = "" } = {}) {
  const finding = catalogue.findings.get(code);
  const codes = catalogue.codeLists.get(codeList)?.written ?? catalogue.anyCode;
  const message = finding.sentence.replaceAll("{code_list}", codeList).replaceAll("{codes}", codes);
  return { entity, row, column, code, message, severity: finding.severity, sheet: "cases", number: finding.number };
}

// The letters over a column in a spreadsheet, for a column that must not be named.
export function placeOfColumn(position) {
  let letters = "";
  for (let left = position + 1; left > 0; left = Math.floor((left - 1) / ALPHABET)) {
    letters = String.fromCharCode(65 + ((left - 1) % ALPHABET)) + letters;
  }
  return letters;
}

function columnOf(column) {
  return { ...column, codes: new Map(Object.entries(column.codes)) };
}

function codeListOf(list) {
  const codes = new Map(list.codes.map(([code, low, high]) => [code, { code, low, high }]));
  return {
    codes,
    bands: [...codes.values()].filter(({ low, high }) => low !== null || high !== null),
    known: new Set(list.known),
    labels: new Map(Object.entries(list.labels)),
    written: list.written,
  };
}

function readingOf(reading) {
  const blanks = reading.outer_blanks.replace(/[\]\\^-]/g, "\\$&");
  return {
    ...reading,
    outerBlanks: new RegExp(`^[${blanks}]+|[${blanks}]+$`, "gu"),
    namedSeparator: whole(reading.named_separator),
    unclear: anywhere(reading.unclear),
    formats: reading.formats.map(([name, mark]) => [name, atStart(mark)]),
    encodings: new Map(Object.entries(reading.encodings)),
    letters: new Map(Object.entries(reading.letters)),
    dates: new Map(Object.entries(reading.dates).map(([name, pattern]) => [name, whole(pattern)])),
    zeroDecimals: whole(reading.zero_decimals),
  };
}

function identifiersOf(identifiers) {
  const { patterns } = identifiers;
  return {
    ...identifiers,
    perhaps: anywhere(patterns.perhaps),
    machineMade: whole(patterns.machine_made),
    eMail: anywhere(patterns.e_mail),
    ibanLike: everywhere(patterns.iban),
    plain: new Map(Object.entries(identifiers.plain)),
    coordinates: anywhere(patterns.coordinates),
    runs: everywhere(patterns.run),
    groups: everywhere(patterns.groups),
    splitAlbanian: everywhere(patterns.split_albanian),
    separators: everywhere(patterns.separators),
    betweenGroups: everywhere(patterns.between_groups),
    dates: everywhere(patterns.date),
    yearAtTheEnd: anywhere(patterns.year_at_the_end),
    phones: [anywhere(patterns.international_phone), anywhere(patterns.local_phone)],
    loosePhones: [patterns.bare_phone, patterns.loose_phone, patterns.ten_digit_phone].map(anywhere),
    document: anywhere(patterns.document),
    sixDigits: anywhere(patterns.six_digits),
    diacritics: everywhere(patterns.diacritics),
    word: everywhere(patterns.word),
    wordsOfNumbers: everywhere(identifiers.words),
    vague: new Set(identifiers.vague),
    latin: new Map(Object.entries(identifiers.latin)),
    ibanStructures: new Map(Object.entries(identifiers.ibans).map(([land, source]) => [land, new RegExp(source)])),
    yearFirst: atStart(identifiers.year_first),
    dayFirst: atStart(identifiers.day_first),
    nationalNumbers: identifiers.national_numbers.map(kindOf),
    likeSerials: identifiers.like_serials.map(kindOf),
  };
}

function kindOf(kind) {
  return { ...kind, shape: whole(kind.shape) };
}

// A header or a label as the tables of languages have it.
function normalName(name, { reading, folded }) {
  if (isLonger(name, reading.longest_name)) return name;
  return casefold(withSingleSpaces(name.replace(reading.outerBlanks, "")), folded).normalize("NFC");
}
