// Finds identifiers in the wrong place: numbers, addresses and names where only codes and serial numbers belong. It
// names what it found by a code of the catalogue of findings, and never keeps or repeats the text.

import { isIban } from "./ibans.js";
import { isNationalNumber } from "./national_numbers.js";
import { isAscii } from "./texts.js";

const OUTER_LETTERS = /^[A-Za-z]+|[A-Za-z]+$/g;
const OTHER_THAN_SPACES = /[./-]/;

// What a cell of a coded column, which was refused already, looks like; null when nothing is known of it.
export function refusedAs(text, identifiers) {
  const plain = plainOf(text, identifiers);
  const found = checkPlain(plain, identifiers);
  if (found) return found;
  if (identifiers.coordinates.test(plain)) return "looks_like_coordinates";
  const alike = looksLike(plain, identifiers);
  if (alike) return alike;
  if (identifiers.document.test(plain)) return "looks_like_document_number";
  return identifiers.sixDigits.test(plain) ? "six_digits_in_code" : null;
}

// The identifier that a text of its own contains, or null.
export function checkText(text, identifiers) {
  return checkPlain(plainOf(text, identifiers), identifiers);
}

function checkPlain(text, identifiers) {
  if (!identifiers.perhaps.test(text) || identifiers.machineMade.test(text)) return null;
  if (identifiers.eMail.test(text)) return "looks_like_email";
  if (Array.from(text.matchAll(identifiers.ibanLike)).some(([, found]) => isAccount(found, identifiers))) {
    return "looks_like_iban";
  }
  if (hasNationalNumber(text, identifiers)) return "looks_like_national_number";
  return identifiers.phones.some((phone) => phone.test(text)) ? "looks_like_phone" : null;
}

// What is an identifier unless it is a serial number.
function looksLike(text, identifiers) {
  const withoutDates = text.replace(identifiers.dates, "_");
  if (identifiers.loosePhones.some((phone) => phone.test(withoutDates))) return "looks_like_phone";
  return mayBeNationalNumber(withoutDates, identifiers) ? "looks_like_national_number" : null;
}

// Digits, dashes and blanks as keyboards without other scripts have them.
function plainOf(text, { plain }) {
  return isAscii(text) ? text : Array.from(text, (one) => plain.get(one) ?? one).join("");
}

// Whether it begins with an account number that ends where a group of its letters and digits ends.
function isAccount(found, { betweenGroups, ibanStructures }) {
  let beginning = "";
  return found.split(betweenGroups).some((group) => isIban((beginning += group), ibanStructures));
}

// The words of a text in plain small Latin letters, without the shortest ones.
export function wordsOf(text, catalogue) {
  const { identifiers } = catalogue;
  let plain = catalogue.casefold(text);
  if (!isAscii(plain)) {
    plain = Array.from(plain, (letter) => identifiers.latin.get(letter) ?? letter).join("");
    plain = plain.normalize("NFD").replace(identifiers.diacritics, "");
  }
  return matches(plain, identifiers.word).filter((word) => Array.from(word).length >= identifiers.shortest_name);
}

function matches(text, pattern) {
  return text.match(pattern) ?? [];
}

function hasNationalNumber(text, identifiers) {
  if (matches(text, identifiers.runs).some((run) => isNumberAlone(run, identifiers))) return true;
  return matches(text, identifiers.groups).some((group) => {
    const compact = group.replace(identifiers.separators, "");
    return compact !== group && isNationalNumber(compact, OTHER_THAN_SPACES.test(group), identifiers);
  });
}

// Those that serial numbers of offices are like, too; and the Albanian one, when it is split.
function mayBeNationalNumber(text, identifiers) {
  const found = [...matches(text, identifiers.groups), ...matches(text, identifiers.splitAlbanian)];
  return found.some((one) => {
    const compact = one.replace(identifiers.separators, "").toUpperCase();
    return isNationalNumber(compact, identifiers.yearAtTheEnd.test(one), identifiers, false);
  });
}

// With the letters that touch the digits, as Albania writes them, or without.
function isNumberAlone(run, identifiers) {
  return (
    isNationalNumber(run.toUpperCase(), false, identifiers) ||
    isNationalNumber(run.replace(OUTER_LETTERS, ""), false, identifiers)
  );
}
