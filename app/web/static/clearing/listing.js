// The list of conflicts that a sender gets: in the order of the rows, and no longer than anybody reads. It turns places
// and codes into sentences, and never sees a cell.

import { conflictOf } from "./catalogue.js";

export class Listing {
  constructor(catalogue) {
    this.catalogue = catalogue;
    this.listed = 0;
    this.warnings = 0;
  }

  // Findings as conflicts by row, column and code; `rows` are the numbers of the rows.
  conflicts(found, rows) {
    const { order } = this.catalogue;
    const compared = (one, other) =>
      one.place - other.place || order.get(one.column) - order.get(other.column) || (one.code < other.code ? -1 : 1);
    return [...found].sort(compared).flatMap(({ place, column, code }) => this.conflict(code, rows[place], column));
  }

  // One conflict, or none when there is no room for it.
  conflict(code, row, column) {
    const isWarning = this.catalogue.findings.get(code).severity === "warning";
    const { most_listed: mostListed, most_warnings: mostWarnings } = this.catalogue.clearing;
    if (this.listed >= mostListed || (isWarning && this.warnings >= mostWarnings)) return [];
    this.listed += 1;
    if (isWarning) this.warnings += 1;
    const { entity, code_list: codeList } = this.catalogue.columns.get(column);
    return [conflictOf(this.catalogue, code, { row, column, entity, codeList })];
  }
}
