// Bytes and texts: SHA-2 and HMAC as the Python side takes them, and the ways in which bytes are written down.

import { hmac } from "../vendor/noble/hashes/hmac.js";
import { sha256, sha512 } from "../vendor/noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "../vendor/noble/hashes/utils.js";

export { bytesToHex, concatBytes, hexToBytes, sha256, sha512 };

const ENCODER = new TextEncoder();
// Of btoa: more arguments at once would not fit on the stack.
const BYTES_AT_ONCE = 8192;
const HALF_A_CHARACTER = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

// The UTF-8 of a text. Half a character is refused, as Python refuses it: it would become another text.
export function utf8(text) {
  if (HALF_A_CHARACTER.test(text)) throw new TypeError("A text has half a character in it.");
  return ENCODER.encode(text);
}

// The function from messages to their HMAC-SHA256 under one key, which is set up once.
export function keyedHash(key) {
  const keyed = hmac.create(sha256, key);
  return (message) => keyed.clone().update(message).digest();
}

// RFC 4648, section 5, without padding.
export function base64url(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + BYTES_AT_ONCE)));
  }
  return btoa(parts.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// The bytes that `base64url` wrote. TypeError for any other way of writing them.
export function fromBase64url(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw notBase64url();
  const written = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(written, (character) => character.charCodeAt(0));
  if (base64url(bytes) !== text) throw notBase64url();
  return bytes;
}

export function equalBytes(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function notBase64url() {
  return new TypeError("This is not base64url.");
}
