// Documents that a clearing point signed, and the keys that it publishes: as anonymizer/receipts.py checks them.
//
// What is verified is the document in its canonical form, and that is what is used afterwards.

import { ed25519 } from "../vendor/noble/curves/ed25519.js";
import { bytesToHex, fromBase64url, sha256, utf8 } from "./hashing.js";

const ALGORITHM = "Ed25519";
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_DIGITS = 16;
const DEEPEST = 8;

// A document that is not signed by the clearing point as it stands, or that is none. `code` says which.
export class NotGenuine extends Error {
  constructor(code, message) {
    super(message);
    this.name = "NotGenuine";
    this.code = code;
  }
}

// RFC 8785 for documents without fractions. Throws NotGenuine for what could be written in two ways.
export function canonicalJson(document) {
  return utf8(written(document, DEEPEST));
}

// `/.well-known/clearing-point-keys.json`: whose keys they are, and each with the times of its use.
export function readPublishedKeys(text) {
  const { clearing_point: clearingPoint, keys } = parsed(text);
  if (typeof clearingPoint !== "string" || !Array.isArray(keys) || keys.length === 0) throw unreadable();
  return { clearingPoint, keys: keys.map(readKey) };
}

// The document of this kind in a text. Throws NotGenuine unless one of the published keys, in use at that time, signed it.
export function readSigned(text, kind, published) {
  const document = parsed(text);
  if (document.kind !== kind || document.version !== 1) throw unreadable();
  const { signature, ...facts } = document;
  const key = published.keys.find((one) => one.keyId === facts.key_id);
  const signedAt = moment(facts.signed_at);
  const wasInUse = key && signedAt >= key.since && (key.until === null || signedAt <= key.until);
  if (facts.clearing_point !== published.clearingPoint || !wasInUse || !fits(signature, facts, key)) {
    throw new NotGenuine("not_genuine", "This is not signed by this clearing point as it stands. Nothing was sent.");
  }
  return facts;
}

// An instant in milliseconds. Throws NotGenuine for what is none, or has no offset.
export function moment(text) {
  const hasOffset = typeof text === "string" && /(Z|[+-]\d\d:\d\d)$/.test(text);
  const instant = hasOffset ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) throw unreadable();
  return instant;
}

export function unreadable() {
  return new NotGenuine("unreadable", "The clearing point's list of keys cannot be read. Load the page again.");
}

function fits(signature, facts, key) {
  try {
    const bytes = fromBase64url(signature);
    // zip215 is off: RFC 8032 as it stands, as Python checks it.
    return (
      bytes.length === SIGNATURE_BYTES &&
      ed25519.verify(bytes, canonicalJson(facts), key.publicKey, { zip215: false })
    );
  } catch {
    return false;
  }
}

function readKey(entry) {
  if (entry?.algorithm !== ALGORITHM) throw unreadable();
  const publicKey = keyBytes(entry.public_key);
  const keyId = bytesToHex(sha256(publicKey)).slice(0, KEY_ID_DIGITS);
  if (keyId !== entry.key_id) throw unreadable();
  return { keyId, publicKey, since: moment(entry.since), until: entry.until === null ? null : moment(entry.until) };
}

function keyBytes(text) {
  try {
    const bytes = fromBase64url(text);
    if (bytes.length === KEY_BYTES) return bytes;
  } catch {
    // Told below.
  }
  throw unreadable();
}

function parsed(text) {
  let document = null;
  try {
    document = JSON.parse(text);
  } catch {
    // Told below, without the words of the parser: they repeat the text.
  }
  if (document === null || typeof document !== "object" || Array.isArray(document)) throw unreadable();
  return document;
}

function written(part, levels) {
  if (levels === 0) throw notCanonical();
  if (part === null || typeof part === "boolean" || typeof part === "string") return JSON.stringify(part);
  if (Number.isSafeInteger(part)) return String(part);
  if (Array.isArray(part)) return `[${part.map((one) => written(one, levels - 1)).join(",")}]`;
  if (typeof part !== "object") throw notCanonical();
  const members = Object.keys(part)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${written(part[name], levels - 1)}`);
  return `{${members.join(",")}}`;
}

function notCanonical() {
  return new NotGenuine("not_canonical", "The document has a fraction, a large number, or what JSON does not have.");
}
