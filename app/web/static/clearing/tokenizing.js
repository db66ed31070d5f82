// From the 32 slot inputs of each row to its link tokens: blinded here, evaluated by the custodians, unblinded here.
//
// An input never leaves this module. What goes out is r·H(x); what comes back is used only with a proof that fits the
// signed list. `ask(custodian, text)` brings a call to a custodian and gives its answer as a text, or null when the
// custodian is away; it belongs to the page, because the worker opens no connection.

import {
  CLEARING_POINT, MOST_ELEMENTS, TRUSTEE, TWO_CUSTODIANS, keyInUse, readAnswer, writeCall,
} from "./custodians.js";
import { blind, checkEvaluation, invertAll, randomScalar, unblind } from "./oprf.js";
import { NOT_APPLIED, SLOTS } from "./tokens.js";

const ROWS_A_CALL = MOST_ELEMENTS / SLOTS;

// The clearing point could not be reached: without its key there is no token.
export class CustodianAway extends Error {
  constructor() {
    super("The clearing point could not be reached, so no link tokens were made. Try again.");
    this.name = "CustodianAway";
    this.code = "custodian_away";
  }
}

// The function from rows of slot inputs to their tokens, `{k1Epoch, k2Epoch, elements}` a row.
export function tokenizer(list, ask, random) {
  return async (rows) => {
    const tokens = [];
    for (let at = 0; at < rows.length; at += ROWS_A_CALL) {
      tokens.push(...(await tokensOf(rows.slice(at, at + ROWS_A_CALL), list, ask, random)));
    }
    return tokens;
  };
}

async function tokensOf(rows, list, ask, random) {
  const inputs = rows.flat();
  const scalars = inputs.map(() => randomScalar(random));
  const blinded = inputs.map((input, at) => blind(input, scalars[at]));
  const half = list.linkage === TWO_CUSTODIANS ? await evaluated(blinded, list, TRUSTEE, ask) : null;
  const whole = await evaluated(half?.elements ?? blinded, list, CLEARING_POINT, ask);
  if (whole === null) throw new CustodianAway();
  const inverses = invertAll(scalars);
  const elements = whole.elements.map((element, at) => unblind(element, inverses[at]));
  return rows.map((_, row) => ({
    k1Epoch: whole.epoch,
    k2Epoch: half?.epoch ?? NOT_APPLIED,
    elements: elements.slice(row * SLOTS, (row + 1) * SLOTS),
  }));
}

async function evaluated(blinded, list, custodian, ask) {
  const { epoch, publicKey } = keyInUse(list, custodian);
  const answered = await ask(custodian, writeCall(epoch, blinded));
  if (answered === null) return null;
  const { elements, proof } = readAnswer(answered, epoch, blinded.length);
  checkEvaluation(publicKey, blinded, elements, proof);
  return { epoch, elements };
}
