// Whether a text without separators is an account number (ISO 13616): its check digits and the structure of its country.

export function isIban(text, structures) {
  const number = text.toUpperCase();
  const account = number.slice(4);
  const structure = structures.get(number.slice(0, 2));
  return structure !== undefined && structure.test(account) && remainder(account + number.slice(0, 4)) === 1;
}

// ISO 7064, Mod 97,10: letters count from 10 on.
function remainder(text) {
  let rest = 0;
  for (const one of text) {
    const value = parseInt(one, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
