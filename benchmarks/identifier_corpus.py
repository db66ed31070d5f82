"""Sentences with planted identifiers, and benign ones, on which scanners of texts are compared.

Written from how people of the region write numbers down, without a look at any scanner's patterns. Every identifier is
invented by lot with right check digits: that one belongs to somebody is chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.demo.identity_numbers import identity_number

BENIGN = ""
"""The kind of a sentence without an identifier."""
SENTENCES = (
    "Korisnica je javila {}, zvati posle šest.",
    "Klijentica dostavila podatak {} na prijemu.",
    "Лице се јави, запишано {} во досието.",
    "Потърпевшата остави {} за връзка.",
    "Viktima dha {} gjatë intervistës.",
    "Beneficiara a lăsat {} la recepție.",
    "Потерпіла назвала {} під час розмови.",
    "Başvuran {} bilgisini verdi.",
    "Η ωφελούμενη έδωσε {} στη συνέντευξη.",
    "Told the worker {} on arrival.",
    "note: {}",
    "{}",
)
BENIGN_SENTENCES = (
    "Primljena {day} u {time}, ima {small} godina.",
    "Predmet {case}, Zakon br. {law}, član {small}.",
    "Случајот {case} е отворен во {year} година.",
    "Дело {case}, чл. {small}, ал. 2 от закона от {year} г.",
    "Rasti {case}, plani kombëtar {year}/{next_year}, faqe {small}.",
    "Dosar {case}, suma de {money}, în {year}.",
    "Справа {case}, {small} консультацій за {year} рік.",
    "{year}-{next_year} eylem planı, madde {small}, {money}.",
    "Υπόθεση {case}, άρθρο {small}, έτος {year}.",
    "Version {version} of the form, see page {small} of annex {small}.",
    "{case}",
    "Batch {uuid} arrived at {time}.",
    "Stayed {small} nights in {year}, budget {money}, room {small}.",
    "Helpline 116 006, open {time} to {time}.",
    "EU directive {law}/EU, recital {small}; OJ L 101, {day}, p. 1.",
    "Between {day} and {day} there were {small} referrals.",
)
COUNTRIES = ("RS", "BA", "ME", "MK", "HR", "BG", "AL", "XK", "RO", "MD", "UA", "TR", "GR")
CALLING = {
    "381": 9, "382": 8, "387": 8, "389": 8, "385": 9, "359": 9, "355": 9, "383": 8, "40": 9,
    "373": 8, "380": 9, "90": 10, "30": 10, "49": 10, "39": 10,
}  # fmt: skip
"""Calling codes, and how many digits stand behind them in a mobile number."""
BANKS = {"RS": 18, "BA": 16, "ME": 18, "SI": 15, "DE": 18, "GR": 23}
"""Countries whose accounts have digits alone, and how many."""
WITH_CHECK_DIGITS = frozenset({"RS", "BA", "ME", "SI"})
"""Countries whose account numbers end on two check digits of their own (ISO 7064, MOD 97-10)."""
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, and the kind of identifier that was planted in it."""

    words: str
    kind: str


def make_texts(count: int, seed: int) -> list[Text]:
    """Half of them with an identifier of a kind drawn by lot, half of them benign, in a drawn order."""
    random = Random(f"{seed}/texts")
    kinds = [random.choice(tuple(_MAKERS)) for _ in range(count // 2)]
    planted = [Text(random.choice(SENTENCES).format(_MAKERS[kind](random)), kind) for kind in kinds]
    benign = [Text(_benign(random), BENIGN) for _ in range(count - count // 2)]
    texts = [*planted, *benign]
    random.shuffle(texts)
    return texts


def kinds() -> Iterator[str]:
    """The kinds that are planted."""
    yield from _MAKERS


def _digits(count: int, random: Random) -> str:
    return "".join(str(random.randrange(10)) for _ in range(count))


def _born(random: Random) -> date:
    return date(1970, 1, 1) + timedelta(days=random.randrange(365 * 40))


def _national_number(random: Random) -> str:
    number = ""
    while not number:
        number = identity_number(
            random.choice(COUNTRIES), _born(random), of_woman=random.random() < 0.8, draw=random.random
        )
    return number


def _split_national_number(random: Random) -> str:
    number = _national_number(random)
    at = random.randrange(4, len(number) - 2)
    return f"{number[:at]}{random.choice(' -')}{number[at:]}"


def _phone(random: Random) -> tuple[str, str]:
    """A calling code, and a mobile number without the zero before it."""
    code = random.choice(tuple(CALLING))
    return code, random.choice("679") + _digits(CALLING[code] - 1, random)


def _international_phone(random: Random) -> str:
    code, number = _phone(random)
    groups = f"{number[:2]} {number[2:5]} {number[5:]}"
    return random.choice(
        (
            f"+{code}{number}",
            f"+{code} {groups}",
            f"00{code} {groups}",
            f"00{code}{number}",
            f"+{code} ({number[:2]}) {number[2:5]}-{number[5:]}",
            f"+{code}/{number[:2]}/{number[2:]}",
            f"+{code}.{number[:2]}.{number[2:5]}.{number[5:]}",
        )
    )


def _local_phone(random: Random) -> str:
    _, number = _phone(random)
    network, rest = f"0{number[:2]}", number[2:]
    return random.choice(
        (
            f"{network}/{rest[:3]}-{rest[3:]}",
            f"{network} {rest[:3]} {rest[3:]}",
            f"({network}) {rest[:3]} {rest[3:]}",
            f"{network}-{rest[:3]}-{rest[3:5]}-{rest[5:]}".rstrip("-"),
            f"{network} {rest}",
        )
    )


def _bare_phone(random: Random) -> str:
    return f"0{_phone(random)[1]}"


def _phone_in_other_digits(random: Random) -> str:
    return _international_phone(random).translate(ARABIC_INDIC)


def _e_mail(random: Random) -> str:
    name = random.choice(("jelena.petrovic", "m_ivanova", "arta", "maria-pop", "olena.k", "ayse", "мария"))
    host = random.choice(
        ("gmail.com", "mail.bg", "yahoo.gr", "abv.bg", "ukr.net", "t-online.de", "пошта.укр")
    )
    return f"{name}{random.randrange(1000)}@{host}"


def _iban(random: Random) -> str:
    country = random.choice(tuple(BANKS))
    account = _digits(BANKS[country], random)
    if country in WITH_CHECK_DIGITS:
        account = f"{account[:-2]}{98 - int(account[:-2]) * 100 % 97:02}"
    numbers = "".join(str(int(letter, 36)) for letter in f"{account}{country}00")
    whole = f"{country}{98 - int(numbers) % 97:02}{account}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)) if random.random() < 0.5 else whole


_MAKERS: dict[str, Callable[[Random], str]] = {
    "national number": _national_number,
    "national number, split": _split_national_number,
    "phone, international": _international_phone,
    "phone, local": _local_phone,
    "phone, digits alone": _bare_phone,
    "phone, Arabic-Indic digits": _phone_in_other_digits,
    "e-mail": _e_mail,
    "IBAN": _iban,
}


def _benign(random: Random) -> str:
    year = random.randrange(2005, 2027)
    day = _born(random) + timedelta(days=365 * 20)
    drawn = {
        "day": random.choice((day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}")),
        "time": f"{random.randrange(24):02}:{random.randrange(60):02}",
        "small": str(random.randrange(1, 400)),
        "case": random.choice(
            (
                f"KUC-{year}-{random.randrange(100_000):05}",
                f"{year}/{random.randrange(10_000):04}",
                f"A{random.randrange(100_000):05}",
                f"{random.randrange(10_000):010}",
                f"SOS {random.randrange(100)}/{year % 100:02}",
            )
        ),
        "law": f"{random.randrange(1, 200)}/{year}",
        "year": str(year),
        "next_year": str(year + 1),
        "money": random.choice((f"{random.randrange(1000)}.{_digits(3, random)},00 EUR", "12 500 RSD")),
        "version": f"{random.randrange(9)}.{random.randrange(30)}.{random.randrange(99)}",
        "uuid": "-".join(f"{random.getrandbits(4 * size):0{size}x}" for size in (8, 4, 4, 4, 12)),
    }
    return random.choice(BENIGN_SENTENCES).format(**drawn)
