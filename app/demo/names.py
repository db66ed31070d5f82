"""Invented names of the region, each in its own alphabet, and how another country's office would write them.

`names.csv` holds common given names, family names and towns. They are words of the languages, not persons:
which of them come together in a case is drawn by lot. Nothing in here may ever be taken from a real case.

A name is spelled for another country through its sounds: a table reads each language's letters into sounds,
another writes sounds with the letters of an office. So `Đorđević` becomes `Ѓорѓевиќ` in Skopje and
`Gjorgjeviq` in Tirana, as such names really vary. The rules are rough on purpose: they make plausible
spellings, not a standard transliteration.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OWN = "own"
"""The writing of an office that copies a name from the person's document, in the document's letters."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one language as one office writes them; a place in a list is the same name everywhere."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families_of_women: tuple[str, ...]
    families_of_men: tuple[str, ...]


@cache
def names_of(language: str, writing: str, *, plain: bool = False) -> Names:
    """The names of a language in the letters of a writing; `plain` leaves the marks on Latin letters out."""
    return Names(
        women=_spelled_list(language, "woman", writing=writing, plain=plain),
        men=_spelled_list(language, "man", writing=writing, plain=plain),
        families_of_women=_spelled_list(language, "family_of_woman", writing=writing, plain=plain),
        families_of_men=_spelled_list(language, "family_of_man", writing=writing, plain=plain),
    )


@cache
def places_of(country: str, writing: str, *, plain: bool = False) -> tuple[str, ...]:
    """Towns of a country in the letters of a writing; a country without a list of its own gets others."""
    language, places = _PLACES.get(country) or _PLACES[""]
    spelled = (spell(place, language, writing) for place in places)
    return tuple(without_marks(place) if plain else place for place in spelled)


def spell(name: str, language: str, writing: str) -> str:
    """Write a name of a language as an office with that writing would."""
    if writing in (OWN, _OWN_WRITING[language]):
        return name
    return _with_capitals(_WRITE[writing](_READ[language](_lower(name, language))))


def without_marks(name: str) -> str:
    """A Latin name as an old keyboard writes it (`Djordjevic`); other alphabets stay as they are."""
    if "LATIN" not in unicodedata.name(name[0]):
        return name
    parts = unicodedata.normalize("NFKD", name.translate(_WITHOUT_DECOMPOSITION))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _lower(name: str, language: str) -> str:
    match language:
        case "tr":
            return name.replace("İ", "i").replace("I", "ı").lower()
        case "el":
            parts = unicodedata.normalize("NFD", name.lower())
            return "".join(letter for letter in parts if not unicodedata.combining(letter))
        case _:
            return name.lower()


def _with_capitals(name: str) -> str:
    return re.sub(r"(^|[ -])(\w)", lambda found: found[1] + found[2].upper(), name)


def _rewriter(rules: str) -> Callable[[str], str]:
    """`lj=ľ dž=ǆ` as a function that rewrites the longest match first; other letters stay."""
    pairs = dict(rule.split("=") for rule in rules.split())
    longest_first = sorted(pairs, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return lambda text: pattern.sub(lambda found: pairs[found[0]], text)


_WITHOUT_DECOMPOSITION = str.maketrans({"đ": "dj", "Đ": "Dj", "ı": "i", "ł": "l"})

# One letter for each sound: the Serbian Latin ones, and ľ lj, ň nj, ǆ dž, ʣ dz, ə as in "about", ɨ as in ы.
_YUGOSLAV_LATIN = "lj=ľ nj=ň dž=ǆ"
_CYRILLIC = "а=a б=b в=v г=g д=d е=e ж=ž з=z и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=c ч=č ш=š "
_READ: Mapping[str, Callable[[str], str]] = {
    "sr": _rewriter(_YUGOSLAV_LATIN),
    "bs": _rewriter(_YUGOSLAV_LATIN),
    "hr": _rewriter(_YUGOSLAV_LATIN),
    "mk": _rewriter(_CYRILLIC + "ѓ=đ ѕ=ʣ ј=j љ=ľ њ=ň ќ=ć џ=ǆ"),
    "bg": _rewriter(_CYRILLIC + "дж=ǆ й=j щ=št ъ=ə ь= ю=ju я=ja"),
    "uk": _rewriter(_CYRILLIC + "г=h ґ=g є=je и=ɨ і=i ї=ji й=j щ=šč ь= ю=ju я=ja '="),
    "sq": _rewriter("xh=ǆ gj=đ sh=š zh=ž ç=č dh=d th=t ll=l nj=ň rr=r x=ʣ q=ć ë=ə y=ü"),
    "ro": _rewriter(
        "che=ke chi=ki ghe=ge ghi=gi ce=če ci=či ge=ǆe gi=ǆi ă=ə â=ɨ î=ɨ ș=š ț=c j=ž c=k ia=ija iu=ju io=jo"
    ),
    "tr": _rewriter("ç=č ş=š c=ǆ ğ= ı=ɨ y=j j=ž"),
    "el": _rewriter(
        "ου=u αι=e ει=i οι=i ευ=ev αυ=av μπ=b ντ=d γκ=g γγ=ng τζ=ǆ τσ=c α=a β=v γ=g δ=d ε=e ζ=z η=i θ=t "
        "ι=i κ=k λ=l μ=m ν=n ξ=ks ο=o π=p ρ=r σ=s ς=s τ=t υ=i φ=f χ=h ψ=ps ω=o"
    ),
    "further": _rewriter("sh=š ch=č zh=ž kh=h gh=g j=ǆ y=j x=s w=v q=k"),
}
_TO_CYRILLIC = (
    "a=а b=б v=в g=г d=д e=е ž=ж z=з i=и k=к l=л m=м n=н o=о p=п r=р s=с t=т u=у f=ф h=х c=ц č=ч š=ш ɨ=и "
)
_WRITE: Mapping[str, Callable[[str], str]] = {
    "sr-Latn": _rewriter("ľ=lj ň=nj ǆ=dž ʣ=dz ə=a ɨ=i ü=u ö=o"),
    "sr-Cyrl": _rewriter(_TO_CYRILLIC + "đ=ђ ć=ћ j=ј ľ=љ ň=њ ǆ=џ ʣ=дз ə=а ü=у ö=о"),
    "mk": _rewriter(_TO_CYRILLIC + "đ=ѓ ć=ќ j=ј ľ=љ ň=њ ǆ=џ ʣ=ѕ ə=а ü=у ö=о"),
    "bg": _rewriter(_TO_CYRILLIC + "đ=дж ć=ч j=й ja=я ju=ю št=щ ľ=л ň=н ǆ=дж ʣ=дз ə=ъ ü=ю ö=ьо"),
    "sq": _rewriter("đ=gj ć=q č=ç š=sh ž=zh ǆ=xh ľ=lj ň=nj ʣ=x ə=ë ɨ=i ü=y ö=o"),
    "ro": _rewriter(
        "ke=che ki=chi k=c ge=ghe gi=ghi če=ce či=ci č=ci će=ce ći=ci ć=ci ǆe=ge ǆi=gi ǆ=gi đe=ge đi=gi đ=gi "
        "š=ș c=ț ž=j j=i ľ=li ň=ni ʣ=dz ə=ă ɨ=â ü=iu ö=o"
    ),
}
_OWN_WRITING: Mapping[str, str] = {
    "sr": "sr-Latn",
    "bs": "sr-Latn",
    "hr": "sr-Latn",
    "mk": "mk",
    "bg": "bg",
    "sq": "sq",
    "ro": "ro",
    "uk": OWN,
    "tr": OWN,
    "el": OWN,
    "further": OWN,
}


def _read_names() -> tuple[dict[tuple[str, str], tuple[str, ...]], dict[str, tuple[str, tuple[str, ...]]]]:
    """Names by language and kind, and places (with the language they are written in) by country."""
    names, places = {}, {}
    with Path(__file__).with_name("names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            listed = tuple(row["names"].split(";"))
            if row["kind"] == "place":
                places[row["country"]] = (row["language"], listed)
            else:
                names[row["language"], row["kind"]] = listed
    return names, places


_NAMES, _PLACES = _read_names()


def _spelled_list(language: str, kind: str, *, writing: str, plain: bool) -> tuple[str, ...]:
    """One list, spelled; where families have one form for both sexes the file has only the kind `family`."""
    listed = _NAMES.get((language, kind)) or _NAMES[language, "family"]
    spelled = (spell(name, language, writing) for name in listed)
    return tuple(without_marks(name) if plain else name for name in spelled)
