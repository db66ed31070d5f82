// What clearing does to one value of one column: each treatment makes a function from text to canonical text. What it
// refuses it names by a code of the catalogue of findings. No refusal carries the value.

import { TOKEN_PREFIX, caseTokens, isCaseToken, normalCaseNumber } from "./case_tokens.js";
import { DAY, MONTH, YEAR, readDay, readSpan, written, writtenWeek } from "./days.js";
import { isLonger, strip, whole } from "./texts.js";

const PRINTABLE = /^[^\p{C}\p{Z}]*$/u;

export class Refused {
  constructor(code) {
    this.code = code;
  }
}

// The function that clears a column's values, as the treatment of its field says. `dates` has `today` and `coarsest`.
export function treatmentOf(column, catalogue, { caseKey, dates }) {
  const ages = column.code_list === "CL_AGE";
  switch (column.treatment) {
    case "token":
      return tokenize(caseKey, catalogue);
    case "week":
      return coarsen(writeWeek, dates, catalogue);
    case "month":
      return coarsen(writeMonth, dates, catalogue);
    case "band":
      return ages ? band(column, catalogue, catalogue.clearing.oldest_age, "wrong_age") : band(column, catalogue);
    case "days_band":
      return column.derived ? recode(column, catalogue) : band(column, catalogue);
    case "recode":
    case "derive":
      return recode(column, catalogue);
    case "number":
      return number(column, catalogue);
    case "label":
      return label(catalogue);
    default:
      throw new TypeError("A column of the cleared sheet has a field that is not cleared.");
  }
}

// The code of the first band that holds a number; unknown when none does.
export function bandOf(codeList, number, catalogue) {
  const holds = ({ low, high }) => (low === null || low <= number) && (high === null || number <= high);
  return codeList.bands.find(holds)?.code ?? catalogue.clearing.unknown;
}

// A date to the text that `write` makes of its first day, once it is a day that can be right.
export function coarsen(write, { today, coarsest }, catalogue) {
  const last = readDay(today).ordinal;
  const earliest = readDay(catalogue.clearing.earliest_day).ordinal;
  return (text) => {
    const span = readSpan(text);
    if (!span) return new Refused("wrong_date");
    if (span.precision < coarsest) return new Refused("date_too_coarse");
    if (span.first.ordinal > last) return new Refused("date_in_future");
    if (span.first.ordinal < earliest) return new Refused("date_too_early");
    return write(span.first, span.precision);
  };
}

// `YYYY`: all that is kept of a case without consent.
export function writeYear(day) {
  return written(day).slice(0, 4);
}

function writeWeek(day, precision) {
  return precision === DAY ? writtenWeek(day) : written(day).slice(0, precision === MONTH ? 7 : 4);
}

function writeMonth(day, precision) {
  return written(day).slice(0, precision === YEAR ? 4 : 7);
}

function recode(column, catalogue) {
  const { codes, several } = column;
  const { clearing } = catalogue;
  const refusal = column.code_list === clearing.countries ? "unknown_country" : "unknown_code";
  const standAlone = new Set(clearing.stand_alone);
  if (!several) return (text) => codes.get(text) ?? new Refused(refusal);
  return (text) => {
    if (isLonger(text, clearing.longest_cell)) return new Refused("too_long");
    const parts = new Set(text.split(clearing.separator).map(strip).filter(Boolean).map((part) => codes.get(part)));
    if (parts.has(undefined) || parts.size === 0) return new Refused(refusal);
    if (parts.size > 1 && [...parts].some((part) => standAlone.has(part))) return new Refused("code_not_alone");
    return [...parts].sort().join(clearing.separator);
  };
}

// A whole number to its band; a code of the list stays. Bands below zero are refused.
function band(column, catalogue, highest = Infinity, refusal = "wrong_number") {
  const codeList = catalogue.codeLists.get(column.code_list);
  const isTaken = ({ low, high }) => low !== null || high === null || high >= 0;
  const takes = new Set([...codeList.codes.values()].filter(isTaken).map(({ code }) => code));
  const wholeNumber = whole(catalogue.clearing.whole_number);
  return (text) => {
    if (takes.has(text)) return text;
    if (!wholeNumber.test(text) || Number(text) > highest) return new Refused(refusal);
    return bandOf(codeList, Number(text), catalogue);
  };
}

function number({ low, high }, catalogue) {
  const largeNumber = whole(catalogue.clearing.large_number);
  return (text) => {
    if (!largeNumber.test(text)) return new Refused("wrong_count");
    const value = Number(text);
    const isWithin = (low === null || value >= low) && (high === null || value <= high);
    return isWithin ? String(value) : new Refused("number_out_of_range");
  };
}

function label(catalogue) {
  const shortName = whole(catalogue.clearing.label);
  return (text) => (shortName.test(text) ? text : new Refused("wrong_label"));
}

// A local case number to its token; a token stays what it is.
function tokenize(caseKey, catalogue) {
  const tokenOf = caseTokens(caseKey);
  return (text) => {
    if (text.startsWith(TOKEN_PREFIX)) return isCaseToken(text) ? text : new Refused("broken_token");
    const normal = normalCaseNumber(text);
    if (isLonger(normal, catalogue.clearing.longest_case_number)) return new Refused("too_long");
    return PRINTABLE.test(normal.replaceAll(" ", "")) ? tokenOf(normal) : new Refused("unclear_case_number");
  };
}
