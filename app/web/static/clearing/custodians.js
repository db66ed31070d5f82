// The custodians of the two keys: the signed list of their public keys, and how they are asked, as
// anonymizer/linking/custodians.py and asking.py have it. They see blinded elements and nothing else.

import { base64url, fromBase64url, hexToBytes } from "./hashing.js";
import { ELEMENT_BYTES, PROOF_BYTES, readElement } from "./oprf.js";
import { moment, readSigned, unreadable } from "./signed_documents.js";

export const LIST_ADDRESS = "/.well-known/clearing-point-linkage.json";
export const CLEARING_POINT = "clearing_point";
export const TRUSTEE = "trustee";
export const ONE_CUSTODIAN = "one_custodian";
export const TWO_CUSTODIANS = "two_custodians";
const KIND = "clearing-point-linkage";
const MODES = ["off", ONE_CUSTODIAN, TWO_CUSTODIANS];
const HIGHEST_EPOCH = 9999;

// A custodian that answers with something else than it was asked for. `code` says what is wrong.
export class WrongAnswer extends Error {
  constructor() {
    super("What answered is no custodian, or answered another call.");
    this.name = "WrongAnswer";
    this.code = "wrong_answer";
  }
}

// The list, if the clearing point whose published keys these are signed exactly it. Throws NotGenuine.
export function readLinkageList(text, published) {
  const facts = readSigned(text, KIND, published);
  const { linkage, domain, normalizer, policy } = facts;
  const isWhole = MODES.includes(linkage) && [domain, normalizer, policy].every((one) => typeof one === "string");
  if (!isWhole || !Array.isArray(facts.keys)) throw unreadable();
  return { linkage, domain, normalizer, policy, trusteeUrl: trusteeUrl(facts.trustee), keys: facts.keys.map(readKey) };
}

// The newest key of a custodian that is in use. Throws NotGenuine when there is none.
export function keyInUse(list, custodian) {
  const used = list.keys.filter((key) => key.custodian === custodian && key.until === null);
  if (used.length === 0) throw unreadable();
  return used.reduce((newest, key) => (key.epoch > newest.epoch ? key : newest));
}

// What a custodian is asked, as a text: {"epoch", "elements"}.
export function writeCall(epoch, elements) {
  return JSON.stringify({ epoch, elements: elements.map(base64url) });
}

// What a custodian answered to a call. Throws WrongAnswer; the proof is the reader's to check.
export function readAnswer(text, epoch, number) {
  try {
    const { epoch: answered, elements, proof } = JSON.parse(text);
    if (answered !== epoch || !Array.isArray(elements) || elements.length !== number) throw new WrongAnswer();
    return { elements: elements.map((one) => exactly(one, ELEMENT_BYTES)), proof: exactly(proof, PROOF_BYTES) };
  } catch {
    throw new WrongAnswer();
  }
}

function exactly(text, length) {
  const bytes = fromBase64url(text);
  if (bytes.length !== length) throw new WrongAnswer();
  return bytes;
}

function trusteeUrl(entry) {
  if (entry === null) return null;
  if (typeof entry?.url !== "string") throw unreadable();
  return entry.url;
}

function readKey({ custodian, epoch, public_key: publicKey, since, until }) {
  const isOne = [CLEARING_POINT, TRUSTEE].includes(custodian);
  if (!isOne || !Number.isInteger(epoch) || epoch < 1 || epoch > HIGHEST_EPOCH) throw unreadable();
  try {
    const bytes = hexToBytes(publicKey);
    readElement(bytes);
    return { custodian, epoch, publicKey: bytes, since: moment(since), until: until === null ? null : moment(until) };
  } catch {
    throw unreadable();
  }
}
