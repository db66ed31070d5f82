// The keys of an organization as its key file has them. They are read when they are needed, and kept nowhere.

import { CASE_KEY_BYTES } from "./case_tokens.js";
import { fromBase64url, hexToBytes } from "./hashing.js";
import { strip } from "./texts.js";

// What may follow `Bearer`: RFC 6750, section 2.1.
const API_KEY = /^[A-Za-z0-9._~+/-]+=*$/;

// A key that is missing or is none. `code` says which; the message never repeats it.
export class WrongKey extends Error {
  constructor(code, message) {
    super(message);
    this.name = "WrongKey";
    this.code = code;
  }
}

// { clearingPoint, caseKey (bytes), trustee, trusteeUrl (both empty where there is none) } of lines like `key = …` and
// `case_key = …`. The key of the trustee goes to the address that stands beside it alone.
export function readKeys(text) {
  const named = keysIn(text);
  const { key = "", case_key: caseKey = "", trustee_key: trustee = "", trustee_url: trusteeUrl = "" } = named;
  if (!API_KEY.test(key)) {
    throw new WrongKey("wrong_key", "There is no line “key = …” with a key of the clearing point. Copy it again.");
  }
  if (trustee && !API_KEY.test(trustee)) {
    throw new WrongKey("wrong_trustee_key", "The line “trustee_key = …” has no key. Copy it again, or leave it out.");
  }
  return { clearingPoint: key, caseKey: caseKeyOf(caseKey), trustee, trusteeUrl };
}

function keysIn(text) {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.includes(" = "));
  return Object.fromEntries(lines.map((line) => nameAndKey(line, line.indexOf(" = "))));
}

function nameAndKey(line, at) {
  return [strip(line.slice(0, at)), strip(line.slice(at + 3))];
}

// 32 bytes of 64 hexadecimal digits, or of base64url with or without padding.
function caseKeyOf(text) {
  const isHex = text.length === 2 * CASE_KEY_BYTES && /^[0-9a-f]*$/i.test(text);
  try {
    const key = isHex ? hexToBytes(text.toLowerCase()) : fromBase64url(text.replace(/=+$/, ""));
    if (key.length === CASE_KEY_BYTES) return key;
  } catch {
    // told below
  }
  throw new WrongKey("wrong_case_key", "There is no line “case_key = …” with a case key of 32 bytes. Copy it again.");
}
