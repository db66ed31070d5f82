// Clears a case sheet in the browser, as the laptop and the server do: raw bytes in, rows that identify nobody out. A
// raw value leaves in no conflict, no error and no line of a log; nothing is stored.

import { CaseRows } from "./case_rows.js";
import { conflictOf, placeOfColumn, readCatalogue } from "./catalogue.js";
import { readCsv } from "./csv_files.js";
import { Unreadable } from "./faults.js";
import { Listing } from "./listing.js";
import { LINK_TOKENS, UnsuitableTokens, readLinkTokens, writeLinkTokens } from "./tokens.js";
import { strip } from "./texts.js";
import { UnknownShares } from "./unknown_shares.js";

const ARCHIVE = "ARCHIVE";
// Read in memory for the match keys of a person; what they become is no part of a cleared row.
export const LINK_COLUMNS = [
  "given_name", "family_name", "father_name", "birth_place", "birth_date", "identity_number",
];

// Clear a whole CSV file.
//
// `rules`: { catalogue (the document of `catalogue.json`), country, countries, legalBasis, caseKey (32 bytes), today
// (YYYY-MM-DD), encoding and dates as declared, or empty }. `onProgress` hears how many rows were cleared so far.
//
// Gives { columns: { name: cells }, rows, conflicts, dropped, received, rejected, withoutConsent, found, raw }.
// `columns` has the accepted rows in canonical text, with the link tokens only where the file had some already. `raw`
// has, for the same rows, the cells that match keys are made of, and `mayLink`: whether the row is there in full. It
// must leave the worker in no other form than tokens. Unreadable is thrown when nothing in the file can be used; its
// `conflicts` say why.
export function clearCaseSheet(bytes, rules, onProgress = () => {}) {
  const catalogue = readCatalogue(rules.catalogue);
  const clearing = new Clearing(catalogue, rules);
  for (const chunk of readCsv(bytes, catalogue, rules)) {
    clearing.clear(chunk);
    onProgress(clearing.answer.received);
  }
  return clearing.conclude();
}

// The cleared rows as the file that is sent: CSV in UTF-8. `columns` are { name: cells }.
export function writeCsv(columns) {
  const names = Object.keys(columns);
  const lines = columns[names[0]].map((_, place) => names.map((name) => quoted(columns[name][place])).join(","));
  return new TextEncoder().encode([names.join(","), ...lines, ""].join("\n"));
}

function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

class Clearing {
  constructor(catalogue, { country, countries, legalBasis, caseKey, today }) {
    this.catalogue = catalogue;
    this.basis = legalBasis;
    this.cases = new CaseRows(catalogue, { country, countries, basis: legalBasis, caseKey, today });
    this.listing = new Listing(catalogue);
    this.shares = new UnknownShares(catalogue);
    this.answer = {
      columns: Object.fromEntries(catalogue.cleared.map((name) => [name, []])),
      rows: [],
      conflicts: [],
      dropped: {},
      received: 0,
      rejected: 0,
      withoutConsent: 0,
      found: 0,
      raw: Object.fromEntries([...LINK_COLUMNS, "mayLink"].map((name) => [name, []])),
    };
  }

  clear(chunk) {
    this.checkColumns(chunk.columns);
    const { raw, rows, samples } = this.withoutSamples(chunk);
    const work = this.cases.clear(raw, rows.length);
    if (raw.has(LINK_TOKENS)) work.columns.set(LINK_TOKENS, this.linkTokens(raw.get(LINK_TOKENS), work));
    const wrong = this.cases.wrong(work.found);
    const accepted = rows.map((_, place) => place).filter((place) => !wrong.has(place));
    this.keep(work, raw, rows, accepted);
    this.count(work, raw, rows, samples, wrong);
  }

  // The answer, with what can be told of a whole batch alone: columns that are mostly unknown.
  conclude() {
    const columns = this.basis === ARCHIVE ? [] : this.shares.mostlyUnknown();
    for (const column of columns) {
      append(this.answer.conflicts, this.listing.conflicts([{ place: 0, column, code: "mostly_unknown" }], [0]));
    }
    return this.answer;
  }

  // Refuse a column that the sheet does not know, without repeating its name.
  checkColumns(columns) {
    const { columns: known, dropped } = this.catalogue;
    const isKnown = (name) => known.has(name) || dropped.has(name) || name === LINK_TOKENS;
    const unknown = [...columns.keys()].flatMap((name, place) => (isKnown(name) ? [] : [place]));
    if (unknown.length === 0) return;
    throw new Unreadable(
      ...unknown.map((place) => conflictOf(this.catalogue, "unknown_column", { column: placeOfColumn(place) })),
    );
  }

  // Cells that came are taken as they are, of rows that are there in full. Those that are none are refused.
  linkTokens(cells, work) {
    const wrong = this.cases.wrong(work.found);
    return cells.map((cell, place) => {
      if (!strip(cell) || wrong.has(place) || work.withheld.has(place)) return "";
      try {
        return writeLinkTokens(readLinkTokens(strip(cell)));
      } catch (error) {
        if (!(error instanceof UnsuitableTokens)) throw error;
        work.found.push({ place, column: LINK_TOKENS, code: error.code });
        return "";
      }
    });
  }

  // The chunk without the sample rows of the template, and the numbers of those.
  withoutSamples({ columns, rows }) {
    const numbers = columns.get("case_number") ?? [];
    const isCase = rows.map((_, place) => numbers[place] !== this.catalogue.clearing.sample);
    const ofCases = (cells) => cells.filter((_, place) => isCase[place]);
    const samples = rows.filter((_, place) => !isCase[place]);
    if (samples.length === 0) return { raw: columns, rows, samples };
    return { raw: new Map([...columns].map(([name, cells]) => [name, ofCases(cells)])), rows: ofCases(rows), samples };
  }

  keep(work, raw, rows, accepted) {
    const { answer } = this;
    const kept = new Map();
    for (const [name, cells] of work.columns) {
      kept.set(name, accepted.map((place) => cells[place]));
      append((answer.columns[name] ??= []), kept.get(name));
    }
    for (const name of LINK_COLUMNS) append(answer.raw[name], accepted.map((place) => raw.get(name)?.[place] ?? ""));
    append(answer.raw.mayLink, accepted.map((place) => !work.withheld.has(place)));
    append(answer.rows, accepted.map((place) => rows[place]));
    this.shares.count(kept);
  }

  count(work, raw, rows, samples, wrong) {
    const { answer, listing } = this;
    const ofSamples = samples.map((_, place) => ({ place, column: "case_number", code: "sample_row" }));
    append(answer.conflicts, listing.conflicts(ofSamples, samples));
    append(answer.conflicts, listing.conflicts(work.found, rows));
    for (const [name, field] of this.catalogue.dropped) {
      const filled = (raw.get(name) ?? []).filter(Boolean).length;
      if (filled) answer.dropped[field] = (answer.dropped[field] ?? 0) + filled;
    }
    answer.received += rows.length;
    answer.rejected += wrong.size;
    answer.withoutConsent += [...work.withheld].filter((place) => !wrong.has(place)).length;
    answer.found += work.found.length + samples.length;
  }
}

function append(target, more) {
  for (const one of more) target.push(one);
}
