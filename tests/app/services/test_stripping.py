"""The laptop's way and the server's: the same tokens, whoever makes them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymizer.linking.asking import Custodian, RemoteTokenizer
from anonymizer.linking.custodians import CustodianRole, LinkageList, read_linkage_list
from anonymizer.linking.tokens import NOT_APPLIED, read_link_tokens
from anonymizer.oprf.group import multiply, multiply_scalars
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.policy import SLOTS
from anonymizer.receipts import read_keys
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import LinkageKeys, Purpose
from app.services.stripping import StrippingTokenizer, stripping_tokenizer
from app.services.trustee_access import keep_credential, pin_keys, pinned_keys, read_trustee_keys
from app.services.trustee_pause import SECONDS, TrusteePause
from tests.app.trustee.fixture import URL, RunningTrustee, Wire, a_trustee
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import NOON

DICE = random.Random(6)


@dataclass
class Both:
    """A clearing point and a trustee, with the list that a laptop has read."""

    people: People
    trustee: RunningTrustee
    listed: LinkageList
    folder: Path

    @property
    def keys(self) -> LinkageKeys:
        return self.people.premises.key_store.linkage

    def point(self) -> Custodian:
        """The clearing point as a sender's program sees it."""
        key = self.people.keys[f"{SHELTER.code} sender"]
        return Custodian(
            "https://point.example", key, sleep=lambda _: None, transport=Wire(self.people.sender)
        )

    def laptop(self, trustee: Custodian | None) -> RemoteTokenizer:
        return RemoteTokenizer(self.listed, trustee, self.point(), random=DICE.randbytes)

    def server(self, trustee: Custodian | None) -> StrippingTokenizer:
        return StrippingTokenizer(self.keys, trustee, pinned_keys(self.folder)[-1], random=DICE.randbytes)


@pytest.fixture
def both(premises: Premises, tmp_path: Path) -> Both:
    """Connected with each other, each with its own key."""
    from app.database.transactions import transaction
    from app.services.people import register_organization
    from tests.clearing_point_fixture import DESK, OTHER_SHELTER

    with transaction(premises.database.write_session()) as session:
        for organization in (SHELTER, OTHER_SHELTER, DESK):
            register_organization(session, organization, now=NOON)
    premises.key_store.linkage.create(Purpose.CLEARING_POINT, NOON)
    trustee = a_trustee(tmp_path / "trustee", premises.key_store, elements_a_day=10_000_000)
    folder = tmp_path / "pinned"
    pin_keys(
        folder, read_trustee_keys(trustee.client.get("/.well-known/clearing-point-trustee.json").content)
    )
    keep_credential(folder, trustee.clearing_point_key)
    linkage = LinkageSettings(LinkageMode.TWO_CUSTODIANS, URL, folder, elements_a_day=10_000_000)
    people = People(replace(premises, linkage=linkage))
    published = read_keys(people.nobody.get("/.well-known/clearing-point-keys.json").content)
    text = people.nobody.get("/.well-known/clearing-point-linkage.json").content
    return Both(people, trustee, read_linkage_list(text, published), folder)


def some_rows(count: int) -> list[list[bytes]]:
    return [[DICE.randbytes(24) for _ in range(SLOTS)] for _ in range(count)]


rows_of_inputs = st.lists(
    st.lists(st.binary(max_size=30), min_size=SLOTS, max_size=SLOTS), min_size=1, max_size=2
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows_of_inputs, with_trustee=st.booleans())
def test_the_laptop_and_the_server_make_the_same_tokens(
    both: Both, rows: list[list[bytes]], with_trustee: bool
) -> None:
    """k1·k2·H(x) or, without the trustee, k1·H(x): whatever the inputs and the blinds."""
    on_the_laptop = both.laptop(both.trustee.door() if with_trustee else None)(rows)
    at_the_server = both.server(both.trustee.door() if with_trustee else None)(rows)

    assert on_the_laptop == at_the_server
    assert [tokens.k2_epoch for tokens in at_the_server] == [int(with_trustee)] * len(rows)
    assert [read_link_tokens(tokens.written()) for tokens in on_the_laptop] == on_the_laptop


def test_the_tokens_are_the_inputs_elements_times_both_keys(both: Both) -> None:
    """Computed once more with both secrets, which nobody has together."""
    (row,) = some_rows(1)
    k1 = both.keys.scalar(Purpose.CLEARING_POINT, 1)
    k2 = both.trustee.premises.keys.scalar(Purpose.TRUSTEE, 1)

    (tokens,) = both.server(both.trustee.door())([row])

    assert list(tokens.elements) == [multiply(multiply_scalars(k1, k2), hash_to_group(slot)) for slot in row]


def test_the_server_goes_on_without_the_trustee(both: Both) -> None:
    """Stopped, or its quota used up: tokens carry k1 alone, and k2 comes later."""
    trustee = both.trustee
    small = Custodian(URL, trustee.shelter_key, sleep=lambda _: None, transport=Wire(trustee.client))
    day = trustee.premises.clock().date()
    (_, shelter) = trustee.premises.register.asked_on(day)
    trustee.premises.register.count(shelter.organization, day, 10_000_000)

    (tokens,) = both.server(small)(some_rows(1))

    assert tokens.k2_epoch == NOT_APPLIED


def test_what_fits_into_the_quota_gets_the_trustees_key(both: Both) -> None:
    """Within one batch: sixteen cases fit, and the others wait for the night."""
    trustee = both.trustee
    register, day = trustee.premises.register, trustee.premises.clock().date()
    (point, _) = register.asked_on(day)
    register.count(point.organization, day, 10_000_000 - 600)

    made = both.server(trustee.door(trustee.clearing_point_key))(some_rows(20))

    assert [tokens.k2_epoch for tokens in made] == [1] * 16 + [NOT_APPLIED] * 4


def test_a_trustee_that_did_not_answer_is_left_alone_for_some_minutes(both: Both) -> None:
    """One sender waits for it; the next ones do not, until it may have come back."""
    now = [0.0]
    pause = TrusteePause(lambda: now[0])
    nobody = replace(both.people.premises.linkage, trustee_url="http://127.0.0.1:9")

    def has_asked() -> bool:
        with stripping_tokenizer(both.keys, nobody, random=DICE.randbytes, pause=pause) as tokenizer:
            assert tokenizer is not None
            asks = tokenizer.asks_trustee
            assert tokenizer(some_rows(1))[0].k2_epoch == NOT_APPLIED
        return asks

    first, second = has_asked(), has_asked()
    now[0] = SECONDS
    third = has_asked()

    assert (first, second, third) == (True, False, True)


def test_a_trustee_that_never_failed_is_not_left_alone(both: Both) -> None:
    """Whatever the clock says, also one that goes on between two looks."""
    ticks = iter(range(100))

    with stripping_tokenizer(
        both.keys,
        both.people.premises.linkage,
        random=DICE.randbytes,
        pause=TrusteePause(lambda: float(next(ticks))),
    ) as tokenizer:
        assert tokenizer is not None
        assert tokenizer.asks_trustee


@pytest.mark.parametrize(
    ("mode", "k2_epoch"),
    [(LinkageMode.OFF, None), (LinkageMode.ONE_CUSTODIAN, 0), (LinkageMode.TWO_CUSTODIANS, 0)],
)
def test_what_is_made_follows_the_settings(both: Both, mode: LinkageMode, k2_epoch: int | None) -> None:
    """Nothing when nothing is linked; one key when the trustee was never connected."""
    linkage = LinkageSettings(mode, URL if mode is LinkageMode.TWO_CUSTODIANS else None)

    with stripping_tokenizer(both.keys, linkage, random=DICE.randbytes) as tokenizer:
        made = tokenizer(some_rows(1))[0].k2_epoch if tokenizer else None

    assert made == k2_epoch


def test_after_a_rotation_the_newest_key_makes_the_tokens(both: Both) -> None:
    """Both ways read the same list."""
    both.keys.begin_rotation(Purpose.CLEARING_POINT, NOON)
    published = read_keys(both.people.nobody.get("/.well-known/clearing-point-keys.json").content)
    text = both.people.nobody.get("/.well-known/clearing-point-linkage.json").content
    both.listed = read_linkage_list(text, published)
    rows = some_rows(2)

    made = both.laptop(both.trustee.door())(rows)

    assert both.listed.key_in_use(CustodianRole.CLEARING_POINT).epoch == 2
    assert [tokens.k1_epoch for tokens in made] == [2, 2]
    assert made == both.server(both.trustee.door())(rows)
