// Whether a text is an account number (ISO 13616): its check digits, the structure of its country, and the check digits
// inside it of the few countries for which python-stdnum knows them.

const SEPARATORS = /[ .-]/g;

export function isIban(text, structures) {
  const number = text.replace(SEPARATORS, "").toUpperCase();
  const account = number.slice(4);
  const structure = structures.get(number.slice(0, 2));
  if (!structure || !/^[0-9A-Z]*$/.test(number) || remainder(account + number.slice(0, 4)) !== 1) return false;
  const isRight = OF_COUNTRIES[number.slice(0, 2)];
  return structure.test(account) && (!isRight || isRight(account));
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

const OF_COUNTRIES = {
  BE: (account) => (remainder(account.slice(0, -2)) || 97) === Number(account.slice(-2)),
  ES: (account) => account.slice(8, 10) === spanish(`00${account.slice(0, 8)}`) + spanish(account.slice(10)),
  ME: (account) => remainder(account) === 1,
  NO: (account) => {
    const check = weighed(account.slice(0, 10), [6, 7, 8, 9, 4, 5, 6, 7, 8, 9]) % 11;
    return String(check) === account.slice(-1);
  },
};

function spanish(digits) {
  const check = weighed(digits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]) % 11;
  return String(check < 2 ? check : 11 - check);
}

function weighed(digits, weights) {
  return weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
}
