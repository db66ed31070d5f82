// The client's half of RFC 9497 for ristretto255-SHA512: a custodian applies its key to what it cannot read.
//
// What is sent is r·H(x) for a random r, so it says nothing of x. A batch comes back with one proof that the custodian
// used the key that it publishes; without it a custodian could mark the persons of one sender. No input and no scalar
// may ever stand in an error. The same bytes as anonymizer/oprf; link tokens stop before the RFC's last hash.

import { ristretto255, ristretto255_hasher } from "../vendor/noble/curves/ed25519.js";
import { mulAddUnsafe } from "../vendor/noble/curves/abstract/curve.js";
import { FpInvertBatch } from "../vendor/noble/curves/abstract/modular.js";
import { concatBytes, sha512, utf8 } from "./hashing.js";

const Point = ristretto255.Point;
const Scalars = Point.Fn;

export const ELEMENT_BYTES = 32;
export const PROOF_BYTES = 64;
// Section 3.1. The name of a mode is its number in the context string.
export const OPRF = 0;
export const VOPRF = 1;
// Section 2.2.1 numbers the elements of a batch in two bytes.
export const MOST_ELEMENTS = 0xffff;
const LONGEST_INPUT = 0xffff;
const RANDOM_BYTES = 64;

// An element that is no element, or a proof that does not fit. `code` says which.
export class WrongEvaluation extends Error {
  constructor(code, message) {
    super(message);
    this.name = "WrongEvaluation";
    this.code = code;
  }
}

// H(x), section 4.1: expand_message_xmd, then the map of RFC 9496, section 4.3.4. Gives a point.
export function hashToGroup(input, mode = VOPRF) {
  if (input.length > LONGEST_INPUT) throw new WrongEvaluation("long_input", "An input is longer than 65,535 bytes.");
  const point = ristretto255_hasher.hashToCurve(input, { DST: concatBytes(utf8("HashToGroup-"), context(mode)) });
  if (point.equals(Point.ZERO)) throw new WrongEvaluation("no_element", "An input has no element of the group.");
  return point;
}

// A scalar between 1 and the order of the group, uniform: 64 random bytes leave a bias below 2^-256.
export function randomScalar(random = freshBytes) {
  for (;;) {
    const scalar = Scalars.create(littleEndian(random(RANDOM_BYTES)));
    if (scalar !== 0n) return scalar;
  }
}

// A uniform element of which nothing is known, as 32 bytes.
export function randomElement(random = freshBytes) {
  return ristretto255_hasher.deriveToCurve(random(RANDOM_BYTES)).toBytes();
}

// r·H(x) as 32 bytes. The multiplication takes the same time for every r.
export function blind(input, scalar, mode = VOPRF) {
  return hashToGroup(input, mode).multiply(scalar).toBytes();
}

// The inverses of some blinds, with one inversion for all of them.
export function invertAll(scalars) {
  return FpInvertBatch(Scalars, scalars);
}

// k·H(x) as 32 bytes, from k·r·H(x) and the inverse of r.
export function unblind(evaluated, inverse) {
  return readElement(evaluated).multiply(inverse).toBytes();
}

// The RFC's last hash, section 3.3.1. Link tokens do without it: the test vectors do not.
export function finalHash(input, element) {
  return sha512(concatBytes(prefixed(input), prefixed(element), utf8("Finalize")));
}

// Throw WrongEvaluation unless `proof` shows that one key, that of `publicKey`, made each `evaluated` of its `blinded`.
export function checkEvaluation(publicKey, blinded, evaluated, proof, mode = VOPRF) {
  if (blinded.length === 0 || blinded.length > MOST_ELEMENTS || blinded.length !== evaluated.length) {
    throw new WrongEvaluation("wrong_number", "The custodian answered with another number of elements.");
  }
  const key = readElement(publicKey);
  const [challenge, response] = readProof(proof);
  const weights = weightsOf(publicKey, blinded, evaluated, mode);
  const m = mulAddUnsafe(Point, blinded.map(readElement), weights);
  const z = mulAddUnsafe(Point, evaluated.map(readElement), weights);
  const t2 = mulAddUnsafe(Point, [Point.BASE, key], [response, challenge]);
  const t3 = mulAddUnsafe(Point, [m, z], [response, challenge]);
  const transcript = [publicKey, m.toBytes(), z.toBytes(), t2.toBytes(), t3.toBytes()];
  const expected = hashToScalar(concatBytes(...transcript.map(prefixed), utf8("Challenge")), mode);
  if (expected !== challenge) throw new WrongEvaluation("wrong_proof", "The custodian's proof does not fit its key.");
}

// An element of the group: canonical, and not the identity (section 3.3). Gives a point.
export function readElement(bytes) {
  let point = Point.ZERO;
  try {
    point = Point.fromBytes(bytes);
  } catch {
    // Told below, without the library's words.
  }
  if (point.equals(Point.ZERO)) throw new WrongEvaluation("no_element", "The custodian answered with no element.");
  return point;
}

// Section 4.1: 32 bytes, little-endian, below the order. Throws WrongEvaluation.
export function readScalar(bytes) {
  const scalar = littleEndian(bytes);
  if (bytes.length !== ELEMENT_BYTES || scalar >= Scalars.ORDER) {
    throw new WrongEvaluation("wrong_proof", "The custodian's proof cannot be read.");
  }
  return scalar;
}

function freshBytes(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

function readProof(proof) {
  if (proof.length !== PROOF_BYTES) throw new WrongEvaluation("wrong_proof", "The custodian's proof cannot be read.");
  return [readScalar(proof.subarray(0, ELEMENT_BYTES)), readScalar(proof.subarray(ELEMENT_BYTES))];
}

// ComputeComposites of section 2.2.1: what each pair counts in the proof, fixed by all of them.
function weightsOf(publicKey, blinded, evaluated, mode) {
  const seed = sha512(concatBytes(prefixed(publicKey), prefixed(concatBytes(utf8("Seed-"), context(mode)))));
  return blinded.map((element, at) =>
    hashToScalar(
      concatBytes(prefixed(seed), inTwoBytes(at), prefixed(element), prefixed(evaluated[at]), utf8("Composite")),
      mode,
    ),
  );
}

function hashToScalar(input, mode) {
  return ristretto255_hasher.hashToScalar(input, { DST: concatBytes(utf8("HashToScalar-"), context(mode)) });
}

function context(mode) {
  return concatBytes(utf8("OPRFV1-"), Uint8Array.of(mode), utf8("-ristretto255-SHA512"));
}

function prefixed(bytes) {
  return concatBytes(inTwoBytes(bytes.length), bytes);
}

function inTwoBytes(number) {
  return Uint8Array.of(number >> 8, number & 0xff);
}

function littleEndian(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
