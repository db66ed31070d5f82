// From the 32 slot inputs of each row to its link tokens: blinded here, evaluated by the custodians, unblinded here, as
// anonymizer/linking/asking.py does it.
//
// An input never leaves this module. What goes out is r·H(x); what comes back is used only with a proof that fits the
// signed list. `ask(custodian, text)` brings a call to a custodian and gives its answer as a text, or null when the
// custodian is away; it belongs to the page, because the worker opens no connection.

import { CLEARING_POINT, TRUSTEE, TWO_CUSTODIANS, keyInUse, readAnswer, writeCall } from "./custodians.js";
import { blind, checkEvaluation, invertAll, randomElement, randomScalar, unblind } from "./oprf.js";
import { NOT_APPLIED, SLOTS } from "./tokens.js";

// Rows in one call: a few seconds of work here, so that a reader sees it go on. The trustee is asked for whole multiples
// of so many cases, the rest being random elements. Otherwise it would learn from the count, and its time, that one
// woman was registered on the evening after a raid.
const CASES_TOGETHER = 16;
const PADDED_TO = CASES_TOGETHER * SLOTS;

// This page makes link keys by other rules than the clearing point.
export class OtherRules extends Error {
  constructor() {
    super("The clearing point makes its link keys by other rules. Load the page again.");
    this.name = "OtherRules";
    this.code = "other_rules";
  }
}

// Throw OtherRules unless this page makes link keys by the rules of the list: other keys would match nobody.
export function checkRules(list, rules) {
  if (list.domain !== rules.domain || list.normalizer !== rules.normalizer) throw new OtherRules();
}

export class Tokenizer {
  // Whether the trustee was away, so that the sender may be told. It is then not asked again for this file.
  wasAway = false;
  // Whether the clearing point was away or the day's quota used up: the rest of the rows has no tokens. Sent again on
  // another day, they get theirs and nothing is counted twice.
  isOver = false;

  constructor(list, ask, { random, onProgress = () => {} } = {}) {
    this.list = list;
    this.ask = ask;
    this.random = random;
    this.onProgress = onProgress;
    this.asksTrustee = list.linkage === TWO_CUSTODIANS;
  }

  // The tokens of rows of slot inputs, { k1Epoch, k2Epoch, elements } a row, or null.
  async tokens(rows) {
    const made = [];
    while (made.length < rows.length && !this.isOver) {
      made.push(...(await this.together(rows.slice(made.length, made.length + CASES_TOGETHER))));
      this.onProgress(made.length);
    }
    return rows.map((_, row) => made[row] ?? null);
  }

  async together(rows) {
    const inputs = rows.flat();
    const scalars = inputs.map(() => randomScalar(this.random));
    const blinded = inputs.map((input, at) => blind(input, scalars[at]));
    const half = this.asksTrustee ? await this.byTrustee(blinded) : null;
    const whole = await this.evaluated(CLEARING_POINT, half?.elements ?? blinded);
    if (whole === null) {
      this.isOver = true;
      return [];
    }
    const inverses = invertAll(scalars);
    const elements = whole.elements.map((element, at) => unblind(element, inverses[at]));
    return rows.map((_, row) => ({
      k1Epoch: whole.epoch,
      k2Epoch: half?.epoch ?? NOT_APPLIED,
      elements: elements.slice(row * SLOTS, (row + 1) * SLOTS),
    }));
  }

  async byTrustee(blinded) {
    const missing = (PADDED_TO - (blinded.length % PADDED_TO)) % PADDED_TO;
    const padding = Array.from({ length: missing }, () => randomElement(this.random));
    const half = await this.evaluated(TRUSTEE, [...blinded, ...padding]);
    if (half === null) {
      this.asksTrustee = false;
      this.wasAway = true;
      return null;
    }
    return { epoch: half.epoch, elements: half.elements.slice(0, blinded.length) };
  }

  async evaluated(custodian, blinded) {
    const { epoch, publicKey } = keyInUse(this.list, custodian);
    const answered = await this.ask(custodian, writeCall(epoch, blinded));
    if (answered === null) return null;
    const { elements, proof } = readAnswer(answered, epoch, blinded.length);
    checkEvaluation(publicKey, blinded, elements, proof);
    return { epoch, elements };
  }
}
