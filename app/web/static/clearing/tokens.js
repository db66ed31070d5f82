// The link tokens of cases, as anonymizer/linking/tokens.py writes them: `l1:`, the epochs of both custodians' keys,
// and 32 elements of the group, a slot each.

import { base64url, concatBytes, fromBase64url } from "./hashing.js";
import { ELEMENT_BYTES } from "./oprf.js";

export const LINK_TOKENS = "link_tokens";
// Of every case, filled or not, so that their number tells nobody what is known of a person.
export const SLOTS = 32;
// In place of an epoch: this custodian's key is not in the tokens.
export const NOT_APPLIED = 0;
const WRITTEN = /^l1:([1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3}):([A-Za-z0-9_-]{1366})$/;

// A cell that is no link tokens. It says nothing of what the cell holds.
export class UnsuitableTokens extends Error {
  constructor() {
    super("This cell has no link tokens as clearing writes them.");
    this.name = "UnsuitableTokens";
    this.code = "wrong_link_tokens";
  }
}

// The cell of a cleared row. `elements` are 32 byte arrays.
export function writeLinkTokens({ k1Epoch, k2Epoch, elements }) {
  return `l1:${k1Epoch}.${k2Epoch}:${base64url(concatBytes(...elements))}`;
}

// What `writeLinkTokens` wrote. Throws UnsuitableTokens for anything else.
export function readLinkTokens(text) {
  const found = WRITTEN.exec(text);
  if (!found) throw new UnsuitableTokens();
  const whole = bytesOf(found[3]);
  const elements = Array.from({ length: SLOTS }, (_, at) =>
    whole.slice(at * ELEMENT_BYTES, (at + 1) * ELEMENT_BYTES),
  );
  return { k1Epoch: Number(found[1]), k2Epoch: Number(found[2]), elements };
}

function bytesOf(text) {
  try {
    return fromBase64url(text);
  } catch {
    throw new UnsuitableTokens();
  }
}
