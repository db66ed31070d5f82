"""The trustee's commands, run as they are typed, and a clearing point that connects to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.commands.exits import ExitCode
from app.cli.server import Server
from app.key_store import KeyStore, Purpose, sealing_public_key
from app.services.trustee_access import credential_at_trustee, pinned_keys
from app.trustee import create_trustee, open_trustee
from tests.factories import NOON

Clearpoint = Callable[..., Result]


@pytest.fixture
def clearpoint(tmp_path: Path) -> Clearpoint:
    """Run a command with a trustee's home and a clearing point's."""

    def run(*arguments: str, typed: str = "", **environment: str) -> Result:
        given = {
            "CLEARPOINT_HOME": str(tmp_path / "point"),
            "CLEARPOINT_TRUSTEE_HOME": str(tmp_path / "trustee"),
            "COLUMNS": "120",
            **environment,
        }
        return CliRunner().invoke(build_app(), ["trustee", *arguments], input=typed, env=given)

    return run


def test_an_organization_gets_a_key_once(clearpoint: Clearpoint) -> None:
    """A code that is taken is refused in a sentence, and the list has no key."""
    first, again = clearpoint("org", "add", "shelter"), clearpoint("org", "add", "shelter")
    listed = clearpoint("org", "list")

    key = re.search(r"trustee_key = (ct_[0-9a-f]{64})", first.output)
    assert key
    assert again.exit_code == ExitCode.INPUT_BAD
    assert "shelter" in listed.output
    assert "16384" in listed.output
    assert key[1] not in listed.output


def test_a_senders_key_comes_with_the_one_address_to_which_it_goes(clearpoint: Clearpoint) -> None:
    """As lines of the key file; the clearing point has the address in its settings."""
    shelter = clearpoint("org", "add", "shelter", "--public-url", "https://trustee.example/")
    other = clearpoint("org", "add", "other", CLEARPOINT_TRUSTEE_URL="https://trustee.example")
    point = clearpoint(
        "org", "add", "point", "--sealing-key", "11" * 32, "--public-url", "https://trustee.example"
    )
    wrong = clearpoint("org", "add", "wrong", "--public-url", "http://trustee.example")

    assert shelter.output.endswith("trustee_url = https://trustee.example\n")
    assert other.output.endswith("trustee_url = https://trustee.example\n")
    assert "trustee_url" not in point.output
    assert wrong.exit_code == ExitCode.INPUT_BAD
    assert "wrong" not in clearpoint("org", "list").output


def test_the_status_shows_who_asks_too_much_and_stop_ends_it(clearpoint: Clearpoint, tmp_path: Path) -> None:
    """Guessing shows as many elements without many cases."""
    clearpoint("org", "add", "shelter", "--elements-a-day", "512")
    register = open_trustee(tmp_path / "trustee").register
    day = datetime.now(UTC).date()
    (shelter,) = register.asked_on(day)
    register.count(shelter.organization, day, 512)
    register.count(shelter.organization, day, 1)

    status, stopped = clearpoint("status"), clearpoint("org", "stop", "shelter")

    assert re.search(r"Key of epoch 1: [0-9a-f ]{19}", status.output)
    assert re.search(r"shelter\W+512\W+512\W+1\W+1", status.output)
    assert stopped.exit_code == ExitCode.DONE
    assert re.search(r"shelter\W+512\W+no", clearpoint("org", "list").output)
    assert clearpoint("org", "stop", "nobody").exit_code == ExitCode.INPUT_BAD


def test_a_clearing_point_connects_to_its_trustee(clearpoint: Clearpoint, tmp_path: Path) -> None:
    """It gets a key for which factors are sealed, a quota of its own, and pins the trustee's public key."""
    sealing_key = sealing_public_key(KeyStore(tmp_path / "point" / "secrets").sealing_key()).hex()
    added = clearpoint("org", "add", "point", "--sealing-key", sealing_key)
    key = added.output.removeprefix("trustee_key = ").strip()
    premises = open_trustee(tmp_path / "trustee")

    with Server(create_trustee(premises), host="127.0.0.1", port=0).running() as url:
        connected = clearpoint("connect", url, typed=key + "\n")
        again = clearpoint("connect", typed="\n", CLEARPOINT_TRUSTEE_URL=url)

    folder = tmp_path / "point" / "secrets" / "trustee"
    fingerprint = re.search(r"Key of epoch 1: [0-9a-f ]{19}", connected.output)
    assert fingerprint
    assert fingerprint[0] in clearpoint("status").output
    assert again.exit_code == ExitCode.DONE
    assert credential_at_trustee(folder) == key
    assert [pinned.epoch for pinned in pinned_keys(folder)] == [1]
    assert "16384" in clearpoint("org", "list").output


def test_mistakes_are_told_in_a_sentence(clearpoint: Clearpoint) -> None:
    """And nothing is kept."""
    wrong_sealing = clearpoint("org", "add", "point", "--sealing-key", "abc")
    no_address = clearpoint("connect", typed="ct_x\n")
    wrong_key = clearpoint("connect", "http://127.0.0.1:9", typed="cp_secret\n")
    nobody = clearpoint("connect", "http://127.0.0.1:9", typed="ct_secret\n")

    assert [result.exit_code for result in (wrong_sealing, no_address, wrong_key)] == [ExitCode.INPUT_BAD] * 3
    assert nobody.exit_code == ExitCode.TRY_AGAIN
    assert "secret" not in wrong_key.output + nobody.output


def test_a_rotation_has_two_keys_until_the_old_one_is_destroyed(
    clearpoint: Clearpoint, tmp_path: Path
) -> None:
    """The clearing point translates its tokens in between: before it took the factor nothing is destroyed."""
    clearpoint("org", "add", "shelter")

    nothing = clearpoint("rotate", "--end")
    begun = clearpoint("rotate")
    too_early = clearpoint("rotate", "--end")
    premises = open_trustee(tmp_path / "trustee")
    during = premises.keys.epochs(Purpose.TRUSTEE)
    premises.register.note_hand_over(1, 2, now=NOON)
    clearpoint("rotate", "--end")
    after = open_trustee(tmp_path / "trustee").keys.epochs(Purpose.TRUSTEE)

    assert (nothing.exit_code, too_early.exit_code) == (ExitCode.REFUSED, ExitCode.REFUSED)
    assert "epoch 2" in begun.output
    assert (during, after) == ((1, 2), (2,))
