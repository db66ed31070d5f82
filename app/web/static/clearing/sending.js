// The page's half of clearing in the browser: it starts the worker that reads the names, carries blinded elements to the
// custodians for it, and sends the cleared rows. It keeps no key and no row when it is done.

import { CLEARING_POINT, LIST_ADDRESS, TRUSTEE, readLinkageList } from "./custodians.js";
import { readPublishedKeys } from "./signed_documents.js";

const KEYS_ADDRESS = "/.well-known/clearing-point-keys.json";
const EVALUATIONS = "/api/v1/evaluations";
// One call and two repetitions, as laptops try it; the second wait is twice the first.
const ATTEMPTS = 3;
const FIRST_WAIT = 1000;
const NOT_FOUND = 404;
const UNAVAILABLE = 503;
const SERVER_FAULTS = 500;
const TIMEOUT_OR_QUOTA = [408, 429];

// What a reader is told of clearing or sending that failed. `code` is stable; `conflicts` say what to put right.
export class Failed extends Error {
  constructor(code, message = "", conflicts = []) {
    super(message);
    this.name = "Failed";
    this.code = code;
    this.conflicts = conflicts;
  }
}

// The rules of clearing that belong to this version of the scripts.
export async function readCatalogue() {
  return readJson(new URL("./catalogue.json", import.meta.url));
}

// Whether and how cases are linked: { rules, list, published } for `clearFile`, and `mode` and `trusteeUrl` of the signed
// list; null where there is no list. Throws Failed, and NotGenuine for a list that is not signed as it stands.
export async function readLinkage() {
  const list = await readText(LIST_ADDRESS);
  if (list === null) return null;
  const published = await readText(KEYS_ADDRESS);
  if (published === null) throw new Failed("unreadable");
  const { linkage: mode, trusteeUrl } = readLinkageList(list, readPublishedKeys(published));
  return { rules: await readJson(new URL("./linkage.json", import.meta.url)), list, published, mode, trusteeUrl };
}

// Whether the organization's key of the trustee may go to the address that the signed list names: only when the same
// address came with the key. Whoever runs the clearing point could otherwise name a door of its own.
export function isKnownTrustee(linkage, keys) {
  const known = place(keys.trusteeUrl);
  return known !== null && known === place(linkage?.trusteeUrl);
}

// Clear a file in a worker and give what `clearWithTokens` gives. `keys`: { clearingPoint, trustee, trusteeUrl }, the
// organization's own key at each; without one for the trustee its half is not applied. The buffer of `bytes` is handed
// over. Throws Failed.
export function clearFile(bytes, rules, linkage, keys, onProgress = () => {}) {
  const worker = new Worker(new URL("./clearing_worker.js", import.meta.url), { type: "module" });
  const doors = { [CLEARING_POINT]: { url: "", key: keys.clearingPoint } };
  if (keys.trustee && isKnownTrustee(linkage, keys)) doors[TRUSTEE] = { url: linkage.trusteeUrl, key: keys.trustee };
  const done = new Promise((resolve, reject) => {
    worker.onerror = () => reject(new Failed("fault"));
    worker.onmessage = async ({ data: { kind, ...data } }) => {
      if (kind === "ask") worker.postMessage({ kind: "answer", number: data.number, ...(await asked(doors, data)) });
      else if (kind === "progress") onProgress(data);
      else if (kind === "cleared") resolve(data);
      else reject(new Failed(data.code, data.message, data.conflicts));
    };
  });
  const passedOn = linkage && { rules: linkage.rules, list: linkage.list, published: linkage.published };
  worker.postMessage({ kind: "clear", bytes, rules, linkage: passedOn }, [bytes.buffer]);
  return done.finally(() => worker.terminate());
}

// Send cleared rows: { status, answer } as the clearing point gives them. The same `idempotencyKey` stores them once.
export async function sendCleared(csv, key, { legalBasis, law, isDryRun, idempotencyKey }) {
  const options = { legal_basis: legalBasis, law, dry_run: isDryRun ? "true" : "" };
  const named = new URLSearchParams(Object.entries(options).filter(([, value]) => value));
  const headers = { "Content-Type": "text/csv", "Idempotency-Key": idempotencyKey };
  const sent = await call(`/api/v1/batches?${named}`, key, { method: "POST", headers, body: csv });
  return { status: sent.status, answer: await sent.json() };
}

// The organization behind a key: its countries and its agreement. Throws Failed with the code of the refusal.
export async function readOrganization(key) {
  const told = await call("/api/v1/me", key);
  const content = await told.json();
  if (!told.ok) throw new Failed(content.code, content.detail);
  return content;
}

// { text } of a custodian's answer, { text: null } when it is away, { code } when it refuses.
async function asked(doors, { custodian, text }) {
  const door = doors[custodian];
  if (!door) return { text: null };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answered = await attempted(door, text);
    if (answered !== null && answered.status !== UNAVAILABLE) return told(answered);
    if (attempt < ATTEMPTS) await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT * 2 ** (attempt - 1)));
  }
  return { text: null };
}

async function attempted({ url, key }, body) {
  const headers = { "Content-Type": "application/json" };
  try {
    return await call(url.replace(/\/$/, "") + EVALUATIONS, key, { method: "POST", headers, body });
  } catch {
    return null;
  }
}

// A quota that is used up counts as a custodian who is away.
async function told(answered) {
  if (answered.ok) return { text: await answered.text() };
  if (answered.status >= SERVER_FAULTS || TIMEOUT_OR_QUOTA.includes(answered.status)) return { text: null };
  const problem = await answered.json().catch(() => null);
  return { code: typeof problem?.code === "string" ? problem.code : "custodian_refused" };
}

function call(address, key, { headers, ...options } = {}) {
  const all = { ...headers, Authorization: `Bearer ${key}`, Accept: "application/json" };
  return fetch(address, { ...options, headers: all, credentials: "omit", redirect: "error", cache: "no-store" });
}

function place(address) {
  try {
    return new URL(address).href.replace(/\/$/, "");
  } catch {
    return null;
  }
}

async function readJson(address) {
  const answered = await fetch(address, { credentials: "omit", redirect: "error" });
  if (!answered.ok) throw new Failed("unreadable");
  return answered.json();
}

async function readText(address) {
  const answered = await fetch(address, { credentials: "omit", redirect: "error" });
  if (answered.status === NOT_FOUND) return null;
  if (!answered.ok) throw new Failed("unreadable");
  return answered.text();
}
