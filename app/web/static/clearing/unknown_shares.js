// Counts the unknowns of the columns that must be filled, to tell the sender where a whole batch says little. It keeps
// two numbers a column, and never a cell.

export class UnknownShares {
  constructor(catalogue) {
    this.catalogue = catalogue;
    this.counted = catalogue.clearing.counted_for_unknown.map(([column, unknown]) => ({
      column,
      unknown,
      cells: 0,
      unknowns: 0,
    }));
  }

  // Count the accepted rows of a chunk. Cells that consent left empty do not count.
  count(columns) {
    for (const share of this.counted) {
      for (const cell of columns.get(share.column)) {
        if (cell !== "") share.cells += 1;
        if (cell === share.unknown) share.unknowns += 1;
      }
    }
  }

  // The columns with too many.
  mostlyUnknown() {
    const { fewest_rows: fewestRows, most_unknown: mostUnknown } = this.catalogue.clearing;
    return this.counted
      .filter(({ cells, unknowns }) => cells >= fewestRows && unknowns > mostUnknown * cells)
      .map(({ column }) => column);
  }
}
