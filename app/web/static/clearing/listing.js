// The list of conflicts that a sender gets: in the order of the rows, and no longer than anybody reads. It turns places
// and codes into sentences, and never sees a cell.

import { conflictOf } from "./catalogue.js";

// What link tokens stand beside: their column is of no sheet that anybody fills.
const OF_TOKENS = { entity: "case", code_list: "" };

export class Listing {
  constructor(catalogue) {
    this.catalogue = catalogue;
    this.listed = 0;
    this.warnings = 0;
  }

  // Findings as conflicts by row, column and code; `rows` are the numbers of the rows.
  conflicts(found, rows) {
    const { order } = this.catalogue;
    const at = ({ column }) => order.get(column) ?? order.size;
    const compared = (one, other) =>
      one.place - other.place || at(one) - at(other) || Number(one.code > other.code) - Number(one.code < other.code);
    return [...found].sort(compared).flatMap(({ place, column, code }) => this.conflict(code, rows[place], column));
  }

  // One conflict, or none when there is no room for it.
  conflict(code, row, column) {
    const isWarning = this.catalogue.findings.get(code).severity === "warning";
    const { most_listed: mostListed, most_warnings: mostWarnings } = this.catalogue.clearing;
    if (this.listed >= mostListed || (isWarning && this.warnings >= mostWarnings)) return [];
    this.listed += 1;
    if (isWarning) this.warnings += 1;
    const { entity, code_list: codeList } = this.catalogue.columns.get(column) ?? OF_TOKENS;
    return [conflictOf(this.catalogue, code, { row, column, entity, codeList })];
  }
}
