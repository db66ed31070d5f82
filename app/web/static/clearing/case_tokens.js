// Keyed names for cases, as anonymizer/clearing/pseudonyms.py makes them: `c1:` and base64url of
// HMAC-SHA256(case key, case number). Whoever has the case key can recompute them: it never leaves the browser.

import { base64url, fromBase64url, keyedHash, utf8 } from "./hashing.js";

export const TOKEN_PREFIX = "c1:";
export const CASE_KEY_BYTES = 32;
const TOKEN = /^c1:[A-Za-z0-9_-]{43}$/;
// The characters that Python's str.strip takes away; trim() knows some others.
const SPACE = "[\\t-\\r\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+";
const OUTER_SPACE = new RegExp(`^${SPACE}|${SPACE}$`, "g");

// The one way of writing a case number that tokens are taken over: Unicode NFC, without outer spaces.
export function normalCaseNumber(caseNumber) {
  return caseNumber.normalize("NFC").replace(OUTER_SPACE, "");
}

// The function from case numbers in their normal form to their tokens. RangeError for a key that could be guessed.
export function caseTokens(caseKey) {
  if (caseKey.length < CASE_KEY_BYTES) throw new RangeError("The case key is too short: it has 32 random bytes.");
  const keyed = keyedHash(caseKey);
  return (normalNumber) => TOKEN_PREFIX + base64url(keyed(utf8(normalNumber)));
}

// True for a token as clearing writes it, and for no other way of writing the same bytes.
export function isCaseToken(text) {
  return TOKEN.test(text) && base64url(tokenBytes(text)) === text.slice(TOKEN_PREFIX.length);
}

function tokenBytes(token) {
  try {
    return fromBase64url(token.slice(TOKEN_PREFIX.length));
  } catch {
    return new Uint8Array();
  }
}
