// The worker that reads the names. It was sent with a policy under which it opens no connection: what it knows leaves
// as messages to the page alone, and these are blinded elements, cleared rows, counts and codes.
//
// In: { kind: "clear", bytes, rules, linkage } once, then { kind: "answer", number, text } or, when a custodian refused,
// { kind: "answer", number, code }. Out: "ask", "progress", and one "cleared" or "failed" at the end.

import { clearWithTokens } from "./clearing.js";

const waiting = [];

class Refused extends Error {
  constructor(code) {
    super("A custodian refused the call.");
    this.code = code;
  }
}

onmessage = ({ data }) => {
  if (data.kind === "answer") return answered(data);
  return clear(data);
};

async function clear({ bytes, rules, linkage }) {
  try {
    const onProgress = (progress) => postMessage({ kind: "progress", ...progress });
    const cleared = await clearWithTokens(bytes, rules, linkage, ask, onProgress);
    postMessage({ kind: "cleared", ...cleared }, [cleared.csv.buffer]);
  } catch (error) {
    // Only our own errors have a code, and none of them holds a value; the words of any other are not passed on.
    const isOurs = typeof error?.code === "string";
    const { code, message, conflicts = [] } = isOurs ? error : { code: "fault", message: "" };
    postMessage({ kind: "failed", code, message, conflicts });
  }
}

function ask(custodian, text) {
  postMessage({ kind: "ask", number: waiting.length, custodian, text });
  return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}

function answered({ number, text, code }) {
  const { resolve, reject } = waiting[number];
  if (code === undefined) resolve(text);
  else reject(new Refused(code));
}
