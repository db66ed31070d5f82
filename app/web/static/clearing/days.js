// Calendar days as numbers of days since 1970-01-01, and the spans that a coarse date may mean. Nothing asks the clock.

export const YEAR = 1;
export const MONTH = 2;
export const DAY = 3;

const WRITTEN_DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const WRITTEN_MONTH_OR_YEAR = /^([0-9]{4})(?:-([0-9]{2}))?$/;
const DAYS_OF_400_YEARS = 146097;
const FROM_MARCH_0000 = 719468;
const MONTHS_OF_A_QUARTER = 3;

// { ordinal, year, month, day } of `YYYY-MM-DD`; null for anything else and for days that no calendar has.
export function readDay(text) {
  const parts = WRITTEN_DAY.exec(text);
  return parts && dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

// { first, last, precision } of a day, a month or a year; null for anything else.
export function readSpan(text) {
  const day = readDay(text);
  if (day) return { first: day, last: day, precision: DAY };
  const parts = WRITTEN_MONTH_OR_YEAR.exec(text);
  if (!parts) return null;
  const year = Number(parts[1]);
  const first = dayOf(year, parts[2] ? Number(parts[2]) : 1, 1);
  if (!first) return null;
  if (!parts[2]) return { first, last: dayOf(year, 12, 31), precision: YEAR };
  return { first, last: dayOf(year, first.month, daysOfMonth(year, first.month)), precision: MONTH };
}

export function isDay(year, month, day) {
  return dayOf(year, month, day) !== null;
}

// `YYYY-MM-DD` of the Monday of a day's week, or of the quarter's first day when that Monday lies in an earlier one.
export function writtenWeek(day) {
  const weekday = (((day.ordinal + 3) % 7) + 7) % 7;
  const firstMonth = day.month - ((day.month - 1) % MONTHS_OF_A_QUARTER);
  const quarter = dayOf(day.year, firstMonth, 1);
  const monday = day.ordinal - weekday;
  return monday <= quarter.ordinal ? written(quarter) : written(dayOfOrdinal(monday));
}

export function written(day) {
  return `${padded(day.year, 4)}-${padded(day.month, 2)}-${padded(day.day, 2)}`;
}

// Full years of age on a day. Who was born on 29 February turns a year older on 1 March.
export function ageOn(day, born) {
  const isBefore = day.month < born.month || (day.month === born.month && day.day < born.day);
  return day.year - born.year - (isBefore ? 1 : 0);
}

function padded(number, digits) {
  return String(number).padStart(digits, "0");
}

function dayOf(year, month, day) {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return null;
  return { ordinal: ordinalOf(year, month, day), year, month, day };
}

function daysOfMonth(year, month) {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// Years that begin in March have their leap day at the end, so that no table of months is needed.
function ordinalOf(year, month, day) {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const before = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100);
  return era * DAYS_OF_400_YEARS + before + ofYear - FROM_MARCH_0000;
}

function dayOfOrdinal(ordinal) {
  const time = new Date(ordinal * 86400000);
  return { ordinal, year: time.getUTCFullYear(), month: time.getUTCMonth() + 1, day: time.getUTCDate() };
}
