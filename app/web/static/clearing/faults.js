// What makes a whole file unusable. An error names a code, a row and a column, and never a value.

export class Unreadable extends Error {
  // `conflicts` are as `conflictOf` makes them.
  constructor(...conflicts) {
    super(conflicts.map((conflict) => conflict.code).join("; "));
    this.name = "Unreadable";
    this.code = "unreadable";
    this.conflicts = conflicts;
  }
}

// What stops the reading at some line; whoever counts the rows makes Unreadable of it.
export class BadLine extends Error {
  constructor(code) {
    super(code);
    this.name = "BadLine";
    this.code = code;
  }
}
