// Birth dates as parts of match keys, and the birth dates that stand in national numbers. Dates that stand for "unknown"
// give no day.

import { DAY, isDay, readSpan, written } from "./days.js";
import { kindsOf } from "./national_numbers.js";

const OUTER_BLANKS = /^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$/g;
const LAST_MONTH = 12;
const UNKNOWN = { year: null, day: null, monthAndDay: null, inEitherOrder: null };

// { year, day, monthAndDay, inEitherOrder } of a day, a month or a year; null in it for what is not known.
export function readBirthDate(text, rules) {
  const span = readSpan(text.replace(OUTER_BLANKS, ""));
  if (!span || span.first.year < rules.first_year || span.first.year > rules.last_year) return UNKNOWN;
  const day = written(span.first);
  const [year, monthAndDay] = [day.slice(0, 4), day.slice(5)];
  if (span.precision !== DAY || rules.placeholders.includes(monthAndDay)) return { ...UNKNOWN, year };
  return { year, day, monthAndDay, inEitherOrder: inEitherOrder(span.first) };
}

// Whether a number's birth date, `[year, month, day]` or null, is the same with an error in one of the three at most.
export function mayBe(birth, born, rules) {
  if (born === null || birth.year === null) return true;
  const [year, month, day] = born;
  if (birth.monthAndDay === null) return Math.abs(Number(birth.year) - year) <= rules.years_apart;
  const [known, other] = birth.monthAndDay.split("-").map(Number);
  const same = [Number(birth.year) === year, known === month, other === day].filter(Boolean).length;
  return same >= 2 || (known === day && other === month);
}

// For each kind of number that a text is, the birth dates in it, or null where there is none.
export function birthsIn(compact, identifiers) {
  return kindsOf(compact, identifiers).flatMap((name) => BIRTHS[name]?.(compact, identifiers) ?? [null]);
}

const BIRTHS = {
  JMBG: (number) => [[digits(number, 4, 7) + (digits(number, 4, 7) < 800 ? 2000 : 1000), digits(number, 2, 4), digits(number, 0, 2)]],
  CNP: (number) => [[digits(number, 1, 3) + (CNP_CENTURIES[number[0]] ?? 1900), digits(number, 3, 5), digits(number, 5, 7)]],
  PESEL: (number) => {
    const month = digits(number, 2, 4);
    return [[digits(number, 0, 2) + PESEL_CENTURIES[Math.floor(month / 20)], month % 20, digits(number, 4, 6)]];
  },
  AMKA: (number) =>
    [1900, 2000]
      .map((century) => [century + digits(number, 4, 6), digits(number, 2, 4), digits(number, 0, 2)])
      .filter((parts) => isDay(...parts)),
  EGN: (number) => {
    const month = digits(number, 2, 4);
    const [century, added] = month > 40 ? [2000, 40] : month > 20 ? [1800, 20] : [1900, 0];
    return [[century + digits(number, 0, 2), month - added, digits(number, 4, 6)]];
  },
  NID: (number, { albanian_months: months }) =>
    months
      .map((added) => [
        1800 + 10 * ALBANIAN_DECADES.indexOf(number[0]) + digits(number, 1, 2), digits(number, 2, 4) - added, digits(number, 4, 6),
      ])
      .filter((parts) => isDay(...parts)),
};
const CNP_CENTURIES = { 1: 1900, 2: 1900, 3: 1800, 4: 1800, 5: 2000, 6: 2000 };
const PESEL_CENTURIES = [1900, 2000, 2100, 2200, 1800];
const ALBANIAN_DECADES = "0123456789ABCDEFGHIJKLMNOPQRST";

// The smaller of day and month first; null where only one order is a date.
function inEitherOrder({ year, month, day }) {
  if (day > LAST_MONTH || day === month) return null;
  const [low, high] = day < month ? [day, month] : [month, day];
  return [String(year).padStart(4, "0"), ...[low, high].map((part) => String(part).padStart(2, "0"))].join("-");
}

function digits(text, from, to) {
  return Number(text.slice(from, to));
}
