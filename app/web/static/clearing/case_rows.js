// Clears the rows of the case sheet: in full, or as number, country and year alone where consent is withheld. A case
// number that came before in the batch is refused. What is found stands as places and codes.

import { checksOf } from "./checks.js";
import { fullForm, withheldForm } from "./forms.js";
import { withIdentifiers } from "./misplaced.js";
import { strip } from "./texts.js";

const CONSENT = "CONSENT";
const ARCHIVE = "ARCHIVE";
const GIVEN = "YES";

export class CaseRows {
  constructor(catalogue, rules) {
    this.catalogue = catalogue;
    this.rules = rules;
    this.full = fullForm(catalogue, rules);
    this.withheld = withheldForm(catalogue, rules);
    this.checks = checksOf(catalogue, rules.basis === ARCHIVE);
    this.tokens = new Set();
  }

  // { columns, found, withheld } of a chunk's columns; `withheld` are the places of the rows without consent.
  clear(raw, size) {
    const withheld = this.withheldPlaces(raw.get("consent") ?? []);
    const work = this.clearRows(raw, size, withheld);
    work.found = withIdentifiers(raw, work.found, this.catalogue);
    this.findDoubled(work);
    this.check(work, size);
    return { ...work, withheld: new Set(withheld) };
  }

  // The places that have a finding for which their row is refused.
  wrong(found) {
    const isError = ({ code }) => this.catalogue.findings.get(code).severity === "error";
    return new Set(found.filter(isError).map(({ place }) => place));
  }

  // Without the consent that the legal basis rests on, only case number, country and year are kept.
  withheldPlaces(consents) {
    if (this.rules.basis !== CONSENT) return [];
    const { codes } = this.catalogue.codeLists.get("CL_CONSENT");
    const isWithheld = (text) => codes.has(text) && text !== GIVEN;
    return consents.map((_, place) => place).filter((place) => isWithheld(strip(consents[place])));
  }

  clearRows(raw, size, withheld) {
    if (withheld.length === 0) return this.full.clear(raw, size);
    const without = new Set(withheld);
    const others = Array.from({ length: size }, (_, place) => place).filter((place) => !without.has(place));
    const columns = new Map(this.catalogue.cleared.map((name) => [name, new Array(size).fill("")]));
    const found = [
      ...fillIn(columns, this.full, raw, others),
      ...fillIn(columns, this.withheld, raw, withheld),
      ...withheld.map((place) => ({ place, column: "consent", code: "consent_withheld" })),
    ];
    return { columns, found };
  }

  findDoubled({ columns, found }) {
    columns.get("case_number").forEach((token, place) => {
      if (!token) return;
      if (this.tokens.has(token)) found.push({ place, column: "case_number", code: "doubled_case_number" });
      this.tokens.add(token);
    });
  }

  // A check is silent about a row that has an error.
  check({ columns, found }, size) {
    const wrong = this.wrong(found);
    for (const { column, code, holds } of this.checks) {
      for (let place = 0; place < size; place++) {
        if (!wrong.has(place) && holds((name) => columns.get(name)[place])) found.push({ place, column, code });
      }
    }
  }
}

// Clear the rows at some places with a form, and write them there. The findings.
function fillIn(columns, form, raw, places) {
  const some = new Map([...raw].map(([name, cells]) => [name, places.map((place) => cells[place])]));
  const { columns: cleared, found } = form.clear(some, places.length);
  for (const [name, cells] of cleared) {
    const target = columns.get(name);
    cells.forEach((cell, at) => (target[places[at]] = cell));
  }
  return found.map((one) => ({ ...one, place: places[one.place] }));
}
