// What "Send from this browser" shows of a file: counts, problems by row and column, and what the clearing point
// answered. Texts are ours or the catalogue's; nothing of a cell is ever here.

const SENTENCES = {
  fault: "Something went wrong in this page. Use the command line, or tell whoever runs the clearing point.",
  not_genuine: "The list of custodians is not signed as it stands. Tell whoever runs the clearing point.",
  key_needed: "The clearing point does not know this key. Copy it again, or ask for a new one.",
  unreadable: "Nothing in the file can be used. Put right what is listed below and check it again.",
};
// Of a file it has conflicts; without any it is a document of the clearing point that could not be read.
const UNREADABLE = "unreadable";
const OK = 200;
const WAITS = 202;

const place = (id) => document.getElementById(id);

export function startAgain() {
  place("results").hidden = true;
  place("send").hidden = true;
  place("progress").textContent = "";
  for (const id of ["verdict", "counts", "problems", "more"]) place(id).replaceChildren();
}

// `isLinked`: whether cases are linked here at all; `hasTrustee`: whether a second custodian has a key; `isWithheld`:
// whether the organization's key was not sent to it, because the address is not the one beside that key.
export function showCleared(cleared, { isLinked, hasTrustee, isWithheld }) {
  const { accepted, rejected, found, conflicts } = cleared;
  open(accepted === 0 ? "No row can be sent." : `${counted(accepted, "row is", "rows are")} ready to be sent.`);
  if (rejected > 0) {
    tell(`${counted(rejected, "row has", "rows have")} a problem and will be left out. Correct it and send it later.`);
  }
  if (isLinked && cleared.unlinked > 0) {
    const rows = counted(cleared.unlinked, "row has", "rows have");
    tell(`${rows} no link tokens today. Send the same file again tomorrow.`);
  }
  if (isLinked && isWithheld) {
    tell(
      "Attention: your key of the trustee was not sent. The address that the clearing point names for the trustee is not " +
        "the one in your line “trustee_url = …”, or that line is missing. Ask the trustee for its address.",
    );
  }
  if (isLinked && cleared.trusteeWasAway && hasTrustee) {
    tell("The trustee did not take part. Its half of the link tokens will be made later, at the clearing point.");
  }
  showCounts([
    ["Rows received", cleared.received],
    ["Ready", accepted],
    ["Without consent: number, country and year alone", cleared.withoutConsent],
    ["With a problem", rejected],
    ...(isLinked ? [["With link tokens", cleared.linked]] : []),
    ["Cells dropped because they name somebody", Object.values(cleared.dropped).reduce((sum, one) => sum + one, 0)],
  ]);
  showProblems(conflicts, found);
  place("send").textContent = `Send ${counted(accepted, "row", "rows")}`;
  place("send").hidden = accepted === 0;
}

export function showAnswer(status, answer) {
  const isStored = status === OK && answer.status !== "ERROR";
  if (!isStored && status !== WAITS) {
    open("Nothing was stored.");
    tell(answer.detail ?? SENTENCES.fault);
  } else {
    open(isStored ? "The clearing point has stored the batch." : "The clearing point has the batch.");
    if (!isStored) tell("It will be stored soon.");
    tell(`Its number is ${answer.batch_id}. Keep it: with it you can ask for the receipt and take the batch back.`);
  }
  const { received, created, updated, unchanged, rejected } = answer.stats ?? {};
  const counts = { Received: received, New: created, Changed: updated, Unchanged: unchanged, Rejected: rejected };
  showCounts(Object.entries(counts).filter(([, count]) => count !== undefined));
  showProblems(answer.conflicts ?? [], answer.conflicts_total ?? 0);
}

// Whether it was stored nobody knows; the same sending under the same name is stored once.
export function showNoAnswer() {
  open("No answer came.");
  tell("The connection was lost. Press the button again: a batch that arrived already is not stored twice.");
  place("send").hidden = false;
}

// Our own errors have a code and words of ours. Of any other nothing is shown: nobody knows what its words hold.
export function showFailure(error) {
  const isOurs = typeof error.code === "string";
  const conflicts = (isOurs && error.conflicts) || [];
  open("Nothing was sent.");
  const isFile = conflicts.length > 0 || error.code !== UNREADABLE;
  tell((isOurs && isFile && (SENTENCES[error.code] ?? error.message)) || SENTENCES.fault);
  showProblems(conflicts, conflicts.length);
  place("send").hidden = true;
}

function open(verdict) {
  startAgain();
  place("results").hidden = false;
  const heading = element("h2", verdict);
  heading.tabIndex = -1;
  place("verdict").append(heading);
  heading.focus(); // so that it is read out, and found by the keyboard
}

function tell(sentence) {
  place("verdict").append(element("p", sentence));
}

function showCounts(counts) {
  for (const [name, count] of counts) {
    const pair = element("div");
    pair.append(element("dt", name), element("dd", String(count)));
    place("counts").append(pair);
  }
}

// By row and column, as a spreadsheet shows them; row 0 is the file as a whole.
function showProblems(conflicts, found) {
  place("listed").hidden = conflicts.length === 0;
  for (const { row, column, code, number, message } of conflicts) {
    const link = element("a", number);
    link.href = `/problems/${code}`;
    const line = element("tr");
    const first = element("th", row > 0 ? String(row) : "File");
    first.scope = "row";
    const explained = element("td");
    explained.append(link, ` ${message}`);
    line.append(first, element("td", column), explained);
    place("problems").append(line);
  }
  if (found > conflicts.length) place("more").textContent = `${found - conflicts.length} more are not listed.`;
}

function counted(count, one, several) {
  return `${count} ${count === 1 ? one : several}`;
}

function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
