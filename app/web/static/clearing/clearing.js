// A case sheet as a shelter has it in, the file that is sent out: rows that identify nobody, each with its link tokens.
//
// What identifies a person goes from the sheet to the match keys and is forgotten; nothing of it is in what this gives.

import { LINK_COLUMNS, clearCaseSheet, writeCsv } from "./case_sheet.js";
import { readCatalogue } from "./catalogue.js";
import { readLinkageList } from "./custodians.js";
import { readLinkRules, slotInputs } from "./match_keys.js";
import { readPublishedKeys } from "./signed_documents.js";
import { strip } from "./texts.js";
import { Tokenizer, checkRules } from "./tokenizing.js";
import { LINK_TOKENS, writeLinkTokens } from "./tokens.js";

// Without one of these nothing can be told of who a person is.
const NAMING = ["given_name", "family_name", "identity_number"];
const OFF = "off";

// `bytes` are a whole CSV file. `rules`: see `clearCaseSheet`. `linkage` is null where cases are not linked, else
// { rules (the document of `linkage.json`), list and published (the signed list and the published keys, as texts) }.
// `ask`: see tokenizing.js. `onProgress({ cleared })` hears of rows that were cleared, `onProgress({ linked, of })` of
// rows that have their tokens.
//
// Gives { csv, accepted, received, rejected, withoutConsent, found, dropped, conflicts, linked, unlinked, trusteeWasAway }:
// `csv` the bytes to send, `linked` how many rows have tokens, `unlinked` how many have none because the clearing point was
// away or the day's quota used up. Throws Unreadable, NotGenuine, OtherRules, WrongAnswer, WrongEvaluation.
export async function clearWithTokens(bytes, rules, linkage, ask, onProgress = () => {}) {
  // The list is read first: a reader hears of a wrong one before a long file is cleared.
  const list = linkage === null ? null : readLinkageList(linkage.list, readPublishedKeys(linkage.published));
  const { raw, columns, rows, ...told } = clearCaseSheet(bytes, rules, (cleared) => onProgress({ cleared }));
  if (list === null || list.linkage === OFF) {
    const none = { linked: 0, unlinked: 0, trusteeWasAway: false };
    return { csv: writeCsv(columns), accepted: rows.length, ...told, ...none };
  }
  checkRules(list, linkage.rules);
  // Tokens that came with an already cleared row stay with it.
  const cells = [...(columns[LINK_TOKENS] ?? rows.map(() => ""))];
  const of = placesToLink(raw).filter((place) => cells[place] === "");
  const tokenizer = new Tokenizer(list, ask, { onProgress: (linked) => onProgress({ linked, of: of.length }) });
  const made = await tokenizer.tokens(inputsOf(raw, columns, of, rules, linkage.rules));
  made.forEach((tokens, at) => (cells[of[at]] = tokens === null ? "" : writeLinkTokens(tokens)));
  const csv = writeCsv({ ...columns, [LINK_TOKENS]: cells });
  const linked = made.filter(Boolean).length;
  const links = { linked, unlinked: of.length - linked, trusteeWasAway: tokenizer.wasAway };
  return { csv, accepted: rows.length, ...told, ...links };
}

// The places of the rows that consented and name somebody.
function placesToLink(raw) {
  const names = (place) => NAMING.some((name) => strip(raw[name][place]));
  return raw.mayLink.map((_, place) => place).filter((place) => raw.mayLink[place] && names(place));
}

function inputsOf(raw, columns, places, { caseKey, catalogue }, linkRules) {
  const identifiers = LINK_COLUMNS.map((name) => [name, places.map((place) => raw[name][place])]);
  const tokens = places.map((place) => columns.case_number[place]);
  const rules = readLinkRules(linkRules, readCatalogue(catalogue).identifiers);
  return slotInputs(Object.fromEntries(identifiers), tokens, caseKey, rules);
}
