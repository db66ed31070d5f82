"""The invented organizations and people of the demo, as values. None exists; no real one may come in.

Yearly numbers of cases are chosen so that a report of the demo shows every rule of "Small numbers":
Montenegro stays under 5 persons, North Macedonia, Bosnia and Herzegovina, Kosovo and Bulgaria under 50,
Albania and Serbia between 50 and 199, Romania and Moldova at 200 or more, also after the cases that do not
count (without consent, rejected, only potential).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.actors import Role


@dataclass(frozen=True, slots=True)
class Registration:
    """An organization in one country: its cases a year, and how its office writes names (see `names.py`)."""

    country: str
    cases_a_year: int
    writing: str


@dataclass(frozen=True, slots=True)
class DemoOrganization:
    """One invented organization; `kind` is a code of CL_ORGTYPE. One without registrations sends no cases."""

    code: str
    name: str
    kind: str
    registrations: tuple[Registration, ...] = ()
    seat: str = ""
    """The country of an organization without registrations."""

    @property
    def countries(self) -> tuple[str, ...]:
        """Where it is registered; the first is the default of a case that names none."""
        return tuple(registration.country for registration in self.registrations) or (self.seat,)

    @property
    def cases_a_year(self) -> int:
        """Cases a year in all its countries together."""
        return sum(registration.cases_a_year for registration in self.registrations)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented person who works with the clearing point. The family names mean "example"."""

    name: str
    role: Role
    organization: str


SENDERS: tuple[DemoOrganization, ...] = (
    DemoOrganization("ro-aurora", "Casa Aurora (demo)", "NGO", (Registration("RO", 190, "ro"),)),
    DemoOrganization("ro-agency", "Agenția Exemplu (demo)", "SOCIAL", (Registration("RO", 110, "ro"),)),
    DemoOrganization("md-luceafar", "Centrul Luceafărul (demo)", "NGO", (Registration("MD", 170, "ro"),)),
    DemoOrganization(
        "io-mission",
        "Mission for Persons on the Move (demo)",
        "IO",
        (Registration("MD", 90, "ro"), Registration("BA", 12, "sr-Latn")),
    ),
    DemoOrganization("al-drita", "Shtëpia Drita (demo)", "NGO", (Registration("AL", 92, "sq"),)),
    DemoOrganization("al-centre", "Qendra Shembull (demo)", "SOCIAL", (Registration("AL", 56, "sq"),)),
    DemoOrganization(
        "rs-asteria", "Sigurna kuća Asterija (demo)", "NGO", (Registration("RS", 52, "sr-Latn"),)
    ),
    DemoOrganization("rs-centre", "Центар Пример (демо)", "SOCIAL", (Registration("RS", 36, "sr-Cyrl"),)),
    DemoOrganization("mk-porta", "Отворена порта Пример (демо)", "NGO", (Registration("MK", 24, "mk"),)),
    DemoOrganization("ba-lasta", "Lasta (demo)", "NGO", (Registration("BA", 26, "sr-Latn"),)),
    DemoOrganization("xk-agimi", "Agimi (demo)", "NGO", (Registration("XK", 21, "sq"),)),
    DemoOrganization("bg-zora", "Зора (демо)", "NGO", (Registration("BG", 44, "bg"),)),
    DemoOrganization("me-kutak", "Mirni kutak (demo)", "SOCIAL", (Registration("ME", 3, "sr-Latn"),)),
)
"""The organizations that send cases: twelve in one country, one in two."""

READERS: tuple[DemoOrganization, ...] = (
    DemoOrganization("clearing-point", "Regional Clearing Point (demo)", "OTHER", seat="RS"),
    DemoOrganization("university", "University of Example (demo)", "SCHOOL", seat="RO"),
    DemoOrganization("coordinator", "Office of the Example Coordinator (demo)", "OTHER", seat="AL"),
)
"""The organizations that read, ask or run the clearing point."""

ORGANIZATIONS: tuple[DemoOrganization, ...] = SENDERS + READERS

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("Ana Exemplu", Role.SENDER, "ro-aurora"),
    DemoPerson("Radu Exemplu", Role.SENDER, "ro-agency"),
    DemoPerson("Doina Exemplu", Role.SENDER, "md-luceafar"),
    DemoPerson("Robin Example", Role.SENDER, "io-mission"),
    DemoPerson("Drita Shembulli", Role.SENDER, "al-drita"),
    DemoPerson("Arben Shembulli", Role.SENDER, "al-centre"),
    DemoPerson("Vesna Primer", Role.SENDER, "rs-asteria"),
    DemoPerson("Милан Пример", Role.SENDER, "rs-centre"),
    DemoPerson("Билјана Пример", Role.SENDER, "mk-porta"),
    DemoPerson("Amra Primjer", Role.SENDER, "ba-lasta"),
    DemoPerson("Besa Shembulli", Role.SENDER, "xk-agimi"),
    DemoPerson("Невена Примерова", Role.SENDER, "bg-zora"),
    DemoPerson("Luka Primjer", Role.SENDER, "me-kutak"),
    DemoPerson("Reader Example", Role.RESEARCHER, "university"),
    DemoPerson("Bodil Example", Role.AUTHORIZED_BODY, "coordinator"),
    DemoPerson("Cosmin Example", Role.CURATOR, "clearing-point"),
    DemoPerson("Checka Example", Role.CHECKER, "clearing-point"),
    DemoPerson("Keeva Example", Role.KEEPER, "clearing-point"),
    DemoPerson("Audrey Example", Role.AUDITOR, "clearing-point"),
)
"""One person for each sending organization, and one for each other role."""
