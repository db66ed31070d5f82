// The page "Send from this browser": a file and keys in, problems and counts on the page, cleared rows out. It keeps
// nothing: no storage, no line of a log, no address with a value in it.

import { bytesToHex } from "./hashing.js";
import { readKeys } from "./keys.js";
import { showAnswer, showCleared, showFailure, showNoAnswer, startAgain } from "./send_here_results.js";
import { clearFile, isKnownTrustee, readCatalogue, readLinkage, readOrganization, sendCleared } from "./sending.js";

const LARGEST_FILE = 32 * 1024 * 1024;
// Of the name of one sending, under which it is stored once.
const NAME_BYTES = 16;

const place = (id) => document.getElementById(id);
const form = place("here");
// The cleared rows between the check and the sending, and how they are to be sent.
let ready = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(place("check"), check);
});
form.addEventListener("input", forget);
place("send").addEventListener("click", () => run(place("send"), send));
place("key-file").addEventListener("change", takeKeyFile);
// A page that is shown again from memory must not show what was typed.
window.addEventListener("pagehide", () => {
  form.reset();
  forget();
});
place("without").hidden = true;
place("with").hidden = false;

function forget() {
  ready = null;
  startAgain();
}

// One thing at a time: the button rests until it is done.
async function run(button, act) {
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    showFailure(error);
  } finally {
    button.disabled = false;
  }
}

async function check() {
  forget();
  const keys = readKeys(place("keys").value);
  const bytes = await readFile(place("file").files[0]);
  say("Asking the clearing point about your organization…");
  const [organization, catalogue, linkage] = await Promise.all([
    readOrganization(keys.clearingPoint),
    readCatalogue(),
    readLinkage(),
  ]);
  const rules = rulesOf(organization, catalogue, keys.caseKey);
  const cleared = await clearFile(bytes, rules, linkage, keys, sayProgress);
  const { legal_basis: legalBasis, law } = organization;
  ready = { cleared, legalBasis, law: law ?? "", idempotencyKey: randomName() };
  const isLinked = linkage !== null && linkage.mode !== "off";
  const hasTrustee = Boolean(linkage?.trusteeUrl);
  const isWithheld = hasTrustee && Boolean(keys.trustee) && !isKnownTrustee(linkage, keys);
  showCleared(cleared, { isLinked, hasTrustee, isWithheld });
}

async function send() {
  if (ready === null) return;
  const { cleared, ...options } = ready;
  const { clearingPoint } = readKeys(place("keys").value);
  say("Sending…");
  const answered = await sendCleared(cleared.csv, clearingPoint, options).catch(() => null);
  if (answered === null) return showNoAnswer();
  ready = null;
  showAnswer(answered.status, answered.answer);
}

function rulesOf(organization, catalogue, caseKey) {
  return {
    catalogue,
    caseKey,
    country: organization.default_country,
    countries: organization.countries,
    legalBasis: organization.legal_basis,
    today: today(),
    encoding: place("encoding").value,
    dates: place("dates").value,
  };
}

async function readFile(file) {
  if (!file) throw told("no_file", "No file is chosen. Choose the case sheet as CSV.");
  if (file.size > LARGEST_FILE) throw told("too_large", "The file is larger than 32 MB. Use the command line.");
  return new Uint8Array(await file.arrayBuffer());
}

// The keys from a file go into the field, so that one sees what is used.
async function takeKeyFile() {
  const [file] = place("key-file").files;
  if (file) place("keys").value = (await file.text()).slice(0, place("keys").maxLength);
}

function told(code, message) {
  return Object.assign(new Error(message), { code });
}

// The calendar day here: dates of cases are calendar days of the country.
function today() {
  const now = new Date();
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parts.map((part, at) => String(part).padStart(at === 0 ? 4 : 2, "0")).join("-");
}

function randomName() {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(NAME_BYTES)));
}

function say(text) {
  place("progress").textContent = text;
}

function sayProgress({ cleared, linked, of }) {
  say(linked === undefined ? `Cleared ${cleared} rows…` : `Made link tokens for ${linked} of ${of} rows…`);
}
