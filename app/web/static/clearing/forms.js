// The two forms in which a row is cleared: in full, or without consent as case number, country and year. A form leaves
// empty whatever it does not name. Columns are Maps of name to cells; findings are { place, column, code }.

import { DAY, MONTH, YEAR } from "./days.js";
import { ageRule, daysBetween, rulesOf } from "./derivation.js";
import { sayWhatItLooksLike } from "./misplaced.js";
import { Refused, coarsen, treatmentOf, writeYear } from "./treatments.js";
import { strip } from "./texts.js";

const ARCHIVE = "ARCHIVE";
const RAW_BIRTH = "raw birth_date";
const RAW_REGISTRATION = "raw registered_on";
// Stands between the cells of a combination; no cell of a sheet has a control character.
const BETWEEN = "\u0000";

export class Form {
  constructor({ columns, rules, age, days, required, whenEmpty }, catalogue) {
    Object.assign(this, { columns, rules, age, days, required, whenEmpty, catalogue });
  }

  // { columns, found } of the columns that came. A rule is silent about a row that has an error already.
  clear(raw, size) {
    const nothing = new Array(size).fill("");
    const columns = new Map(this.catalogue.cleared.map((name) => [name, nothing]));
    const found = [];
    for (const [name, clearCell] of this.columns) {
      if (raw.has(name)) columns.set(name, clearedCells(raw.get(name), clearCell, name, found));
    }
    const ofBirth = this.applyAgeRule(columns, raw, nothing, found);
    this.fillEmpty(columns, found);
    this.applyRules(columns, raw, nothing, found);
    // Until here it stood for the age, which is not missing as well then.
    for (const one of ofBirth) one.column = "birth_date";
    return { columns: new Map(this.catalogue.cleared.map((name) => [name, columns.get(name)])), found };
  }

  // The findings that a birth date gave. An empty age is an error only when the birth date is empty as well.
  applyAgeRule(columns, raw, nothing, found) {
    if (!this.age || !(raw.get("birth_date") ?? []).some(Boolean)) return [];
    columns.set(RAW_BIRTH, raw.get("birth_date"));
    columns.set(RAW_REGISTRATION, raw.get("registered_on") ?? nothing);
    const before = found.length;
    apply(this.age, columns, found);
    return found.slice(before);
  }

  applyRules(columns, raw, nothing, found) {
    for (const [name, [start, end]] of Object.entries(this.catalogue.clearing.intervals)) {
      const [earlier, later] = [raw.get(start) ?? nothing, raw.get(end) ?? nothing];
      columns.set(name, later.map((cell, place) => (cell && this.days ? this.days(earlier[place], cell) : "")));
    }
    for (const rule of this.rules) apply(rule, columns, found);
  }

  // Name the required cells that are empty, and write the code for unknown into the others.
  fillEmpty(columns, found) {
    const refused = new Set(found.map(({ place, column }) => `${place} ${column}`));
    for (const [name, standsFor] of this.whenEmpty) {
      const cells = columns.get(name);
      if (!cells.includes("")) continue;
      if (this.required.has(name)) {
        const code = this.catalogue.clearing.missing[name] ?? "missing_value";
        cells.forEach((cell, place) => {
          if (!cell && !refused.has(`${place} ${name}`)) found.push({ place, column: name, code });
        });
      }
      if (standsFor) columns.set(name, cells.map((cell) => cell || standsFor));
    }
  }
}

// Every column of the cleared sheet. `rules`: { country, countries, basis, caseKey, today }.
export function fullForm(catalogue, rules) {
  const cleared = [...catalogue.columns.values()].filter((column) => column.is_cleared);
  const compute = rulesOf(catalogue);
  const isNeeded = ({ required }) => required === "always" || (required === "yes" && rules.basis !== ARCHIVE);
  const form = {
    columns: cleared.map((column) => [column.name, cellClearer(column, treatOf(column, catalogue, rules), catalogue)]),
    rules: catalogue.clearing.rules.map(([output, inputs]) => {
      return { output, inputs, compute: remembering(compute[output]) };
    }),
    age: { output: "age", inputs: catalogue.clearing.age_rule, compute: remembering(ageRule(catalogue)) },
    days: remembering(daysBetween(catalogue)),
    required: new Set(cleared.filter(isNeeded).map(({ name }) => name)),
    whenEmpty: whenEmpty(cleared, rules),
  };
  return new Form(form, catalogue);
}

// Case number, country, year and the answer about consent; nothing else is even read.
export function withheldForm(catalogue, rules) {
  const names = catalogue.clearing.kept_without_consent;
  const kept = [...catalogue.columns.values()].filter(({ name }) => names.includes(name));
  const year = coarsen(writeYear, { today: rules.today, coarsest: YEAR }, catalogue);
  const treat = (column) => (column.name === "registered_on" ? year : treatOf(column, catalogue, rules));
  const form = {
    columns: kept.map((column) => [column.name, cellClearer(column, treat(column), catalogue)]),
    rules: [],
    age: null,
    days: null,
    required: new Set(["case_number", "registered_on"]),
    whenEmpty: whenEmpty(kept, rules),
  };
  return new Form(form, catalogue);
}

// Derived columns stay empty until their rule has computed them.
function whenEmpty(columns, { country }) {
  const standsFor = ({ name, derived, when_empty: text }) => (name === "country" ? country : derived ? "" : text);
  return columns.map((column) => [column.name, standsFor(column)]);
}

function treatOf(column, catalogue, rules) {
  const isArchive = rules.basis === ARCHIVE;
  let coarsest = column.name === "registered_on" ? MONTH : DAY; // a cleared row has the month alone
  if (isArchive && catalogue.clearing.year_is_enough.includes(column.name)) coarsest = YEAR;
  const treat = treatmentOf(column, catalogue, { caseKey: rules.caseKey, dates: { today: rules.today, coarsest } });
  return column.name === "country" && !isArchive ? onlyRegistered(treat, rules) : treat;
}

// Countries in which the organization is registered.
function onlyRegistered(treat, { country, countries }) {
  const registered = new Set([country, ...countries]);
  return (text) => {
    const told = treat(text);
    return told instanceof Refused || registered.has(told) ? told : new Refused("country_not_registered");
  };
}

// The function over one cell. Case numbers are all different, so nothing of them is remembered.
function cellClearer(column, treat, catalogue) {
  const told = column.name === "case_number" ? treat : sayWhatItLooksLike(treat, catalogue);
  const clearCell = (cell) => {
    const text = strip(cell);
    return text ? told(text) : "";
  };
  return column.name === "case_number" ? clearCell : remembering(clearCell);
}

function clearedCells(cells, clearCell, column, found) {
  return cells.map((cell, place) => {
    const text = clearCell(cell);
    if (!(text instanceof Refused)) return text;
    found.push({ place, column, code: text.code });
    return "";
  });
}

function apply({ output, inputs, compute }, columns, found) {
  const wrong = new Set(found.map(({ place }) => place));
  const cells = inputs.map((name) => columns.get(name));
  columns.set(
    output,
    cells[0].map((_, place) => {
      const text = compute(...cells.map((column) => column[place]));
      if (!(text instanceof Refused)) return text;
      if (!wrong.has(place)) found.push({ place, column: output, code: text.code });
      return "";
    }),
  );
}

// Codes, countries and dates repeat: each combination is computed once for a batch.
function remembering(compute) {
  const known = new Map();
  return (...cells) => {
    const key = cells.length === 1 ? cells[0] : cells.join(BETWEEN);
    let text = known.get(key);
    if (text === undefined) known.set(key, (text = compute(...cells)));
    return text;
  };
}
