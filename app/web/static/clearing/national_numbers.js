// National identity numbers of the region, recognized by their check digits and the birth date in them. It says that a
// text is one, and never keeps or repeats it. The shapes come from the catalogue; the checks are those of
// python-stdnum.

import { isDay } from "./days.js";

const CNP_CENTURIES = { 1: 1900, 2: 1900, 3: 1800, 4: 1800, 5: 2000, 6: 2000 };
// 01 to 48, Călărași and Giurgiu, and the codes that stand for any county or none.
const CNP_COUNTIES = /^(?:0[1-9]|[1-3][0-9]|4[0-8]|5[12]|70|8[0-3])$/;
const ALBANIAN_DECADES = "0123456789ABCDEFGHIJKLMNOPQRST";

// Whether a text without its separators is a national number of the region. Where serial numbers of offices may stand,
// those that too many of them are like pass.
export function isNationalNumber(compact, hadSeparators, identifiers, amongSerials = true) {
  const isShort = compact.length <= identifiers.longest_with_short_year;
  if (isShort && identifiers.dayFirst.test(compact)) return false;
  const areDatedAlone = hadSeparators || identifiers.yearFirst.test(compact);
  const { nationalNumbers, likeSerials } = identifiers;
  const kinds = amongSerials ? nationalNumbers : [...nationalNumbers, ...likeSerials];
  return kinds.some((kind) => (kind.is_dated || !areDatedAlone) && isOf(kind, compact, identifiers));
}

// The names of the kinds that a text without its separators can be.
export function kindsOf(compact, identifiers) {
  return identifiers.nationalNumbers.filter((kind) => isOf(kind, compact, identifiers)).map(({ name }) => name);
}

function isOf({ name, shape }, compact, identifiers) {
  return shape.test(compact) && CHECKS[name](compact, identifiers);
}

const CHECKS = {
  JMBG: (number) =>
    isDateOfJmbg(number) && mod(-weighed(number, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]), 11) % 10 === last(number),
  CNP: isCnp,
  IDNP: (number) => weighed(number, [7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 === last(number),
  PESEL: (number) =>
    isDateOfPesel(number) && mod(10 - weighed(number, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]), 10) === last(number),
  AMKA: (number) => isLuhn(number) && isDateOfAmka(number),
  EGN: (number) => isDateOfEgn(number) && (weighed(number, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === last(number),
  NID: isAlbanian,
  OIB: isOib,
  TCKN: isTckn,
  Kosovo: (number, { kosovo_weights: weights }) => mod(11 - (weighed(number, weights) % 11), 11) % 10 === last(number),
  RNOKPP: (number, { ukrainian_weights: weights }) => mod(weighed(number, weights), 11) % 10 === last(number),
};

function digits(text, from, to) {
  return Number(text.slice(from, to));
}

function last(number) {
  return Number(number.at(-1));
}

function mod(value, by) {
  return ((value % by) + by) % by;
}

function weighed(number, weights) {
  return weights.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
}

function isDateOfJmbg(number) {
  const year = digits(number, 4, 7);
  return isDay(year < 800 ? year + 2000 : year + 1000, digits(number, 2, 4), digits(number, 0, 2));
}

function isCnp(number, { born_from: bornFrom }) {
  const year = digits(number, 1, 3) + (CNP_CENTURIES[number[0]] ?? 1900);
  const check = weighed(number, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return (
    isDay(year, digits(number, 3, 5), digits(number, 5, 7)) &&
    CNP_COUNTIES.test(number.slice(7, 9)) &&
    (check === 10 ? 1 : check) === last(number) &&
    year >= bornFrom
  );
}

function isDateOfPesel(number) {
  const month = digits(number, 2, 4);
  const century = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)];
  return isDay(digits(number, 0, 2) + century, month % 20, digits(number, 4, 6));
}

function isDateOfAmka(number) {
  const [day, month, year] = [digits(number, 0, 2), digits(number, 2, 4), digits(number, 4, 6)];
  return isDay(1900 + year, month, day) || isDay(2000 + year, month, day);
}

function isDateOfEgn(number) {
  const month = digits(number, 2, 4);
  const [century, added] = month > 40 ? [2000, 40] : month > 20 ? [1800, 20] : [1900, 0];
  return isDay(digits(number, 0, 2) + century, month - added, digits(number, 4, 6));
}

function isLuhn(number) {
  const sums = [...number].reverse().map((digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return Math.floor(value / 10) + (value % 10);
  });
  return sums.reduce((total, sum) => total + sum, 0) % 10 === 0;
}

function isAlbanian(number, { born_from: bornFrom, albanian_months: months }) {
  const year = 1800 + 10 * ALBANIAN_DECADES.indexOf(number[0]) + Number(number[1]);
  return year >= bornFrom && months.some((added) => isDay(year, digits(number, 2, 4) - added, digits(number, 4, 6)));
}

// ISO 7064, Mod 11,10.
function isOib(number) {
  let check = 5;
  for (const digit of number) check = ((((check || 10) * 2) % 11) + Number(digit)) % 10;
  return check === 1;
}

function isTckn(number) {
  const first = mod(10 - weighed(number, [3, 1, 3, 1, 3, 1, 3, 1, 3]), 10);
  const second = (first + weighed(number, [1, 1, 1, 1, 1, 1, 1, 1, 1])) % 10;
  return number.slice(-2) === `${first}${second}`;
}
