"""Where keys come from, in which order, and which files are refused."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import KeyRing

CASE_KEY = bytes(range(32))
AS_BASE64URL = base64.urlsafe_b64encode(CASE_KEY).decode().rstrip("=")


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def ring(
    folder: Path, *, key: Path | None = None, case_key: Path | None = None, **environment: str
) -> KeyRing:
    return KeyRing(key, case_key, environment=environment, folder=folder)


def test_a_file_of_one_line_is_the_api_key(tmp_path: Path) -> None:
    """The simplest key file is the key."""
    keys = ring(tmp_path, key=private(tmp_path / "k", "cp_abc\n"))

    assert keys.api_key() == "cp_abc"


def test_a_file_of_two_lines_gives_both_keys(tmp_path: Path) -> None:
    """One file a role is enough to send."""
    keys = ring(tmp_path, key=private(tmp_path / "k", f"key = cp_abc\ncase_key = {AS_BASE64URL}\n"))

    assert keys.api_key() == "cp_abc"
    assert keys.case_key() == CASE_KEY


@pytest.mark.parametrize("text", [CASE_KEY.hex(), CASE_KEY.hex().upper(), AS_BASE64URL, AS_BASE64URL + "="])
def test_a_case_key_is_hexadecimal_or_base64url(tmp_path: Path, text: str) -> None:
    """Both ways in which 32 bytes are usually written down."""
    assert ring(tmp_path, CLEARPOINT_CASE_KEY=text).case_key() == CASE_KEY


@pytest.mark.parametrize("text", ["zz" * 32, "AAAA", "Å" * 43, "?" * 43, AS_BASE64URL + AS_BASE64URL])
def test_what_is_no_case_key_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    """A key that is cut or mistyped would give other case numbers."""
    with pytest.raises(Stop) as stopped:
        ring(tmp_path, CLEARPOINT_CASE_KEY=text).case_key()

    assert stopped.value.exit_code == ExitCode.NOT_ALLOWED
    assert text not in stopped.value.text


def test_a_named_file_goes_before_the_environment_and_that_before_the_home_folder(tmp_path: Path) -> None:
    """The nearest place wins."""
    named = private(tmp_path / "named", "cp_named")
    private(tmp_path / "key", "cp_home")

    assert ring(tmp_path, key=named, CLEARPOINT_KEY="cp_environment").api_key() == "cp_named"
    assert ring(tmp_path, CLEARPOINT_KEY="cp_environment").api_key() == "cp_environment"
    assert ring(tmp_path).api_key() == "cp_home"


def test_the_case_key_beside_the_named_api_key_goes_before_all_others(tmp_path: Path) -> None:
    """Two organizations on one machine do not mix their case numbers."""
    named = private(tmp_path / "named", f"key = cp_abc\ncase_key = {AS_BASE64URL}\n")
    private(tmp_path / "case.key", "11" * 32)

    assert ring(tmp_path, key=named, CLEARPOINT_CASE_KEY="22" * 32).case_key() == CASE_KEY
    assert ring(tmp_path, CLEARPOINT_CASE_KEY="22" * 32).case_key() == b"\x22" * 32
    assert ring(tmp_path).case_key() == b"\x11" * 32


def test_a_named_case_key_file_goes_before_everything(tmp_path: Path) -> None:
    """It holds the key alone, or two lines like the other."""
    beside = private(tmp_path / "named", f"key = cp_abc\ncase_key = {'33' * 32}\n")
    alone = private(tmp_path / "alone", AS_BASE64URL)
    of_two = private(tmp_path / "of_two", f"key = cp_other\ncase_key = {AS_BASE64URL}\n")

    assert ring(tmp_path, key=beside, case_key=alone, CLEARPOINT_CASE_KEY="22" * 32).case_key() == CASE_KEY
    assert ring(tmp_path, key=beside, case_key=of_two).case_key() == CASE_KEY


def test_without_a_case_key_there_is_none(tmp_path: Path) -> None:
    """The command decides what to say; nothing is made up."""
    assert ring(tmp_path).case_key() is None


def test_the_key_of_the_trustee_is_the_one_beside_the_api_key(tmp_path: Path) -> None:
    """One file a sender; without it there is none, and the clearing point's own asking has to do."""
    named = private(tmp_path / "k", "key = one\ntrustee_key = at-the-trustee\n")
    other = private(tmp_path / "o", "key = one\n")

    assert ring(tmp_path, key=named).trustee_key() == "at-the-trustee"
    assert ring(tmp_path, key=other).trustee_key() == ""


def test_the_address_of_the_trustee_is_the_one_beside_its_key(tmp_path: Path) -> None:
    """A key of one place never goes to the address of another."""
    both = private(tmp_path / "both", "key = one\ntrustee_key = k\ntrustee_url = https://trustee.example\n")
    alone = private(tmp_path / "alone", "key = one\ntrustee_key = k\n")
    private(tmp_path / "key", "key = two\ntrustee_key = home\ntrustee_url = https://home.example\n")
    named = "https://named.example"

    assert ring(tmp_path, key=both, CLEARPOINT_TRUSTEE_URL=named).trustee_url() == "https://trustee.example"
    assert ring(tmp_path, key=alone).trustee_url() == ""
    assert ring(tmp_path, key=alone, CLEARPOINT_TRUSTEE_URL=named).trustee_url() == "https://named.example"
    assert ring(tmp_path).trustee_url() == "https://home.example"
    assert ring(tmp_path, CLEARPOINT_TRUSTEE_KEY="k").trustee_url() == ""


def test_what_is_no_key_of_a_trustee_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """A pasted sentence is no key."""
    named = private(tmp_path / "k", "key = one\ntrustee_key = two words\n")

    with pytest.raises(Stop) as stop:
        ring(tmp_path, key=named).trustee_key()
    assert "words" not in stop.value.text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """A key that others can read is not a key."""
    file = private(tmp_path / "k", "cp_abc")
    file.chmod(mode)

    with pytest.raises(Stop, match="Others on this machine") as stopped:
        ring(tmp_path, key=file).api_key()

    assert stopped.value.exit_code == ExitCode.NOT_ALLOWED
    assert "cp_abc" not in stopped.value.text


@pytest.mark.parametrize("content", ["", "two words", "cp_abc\u00e9", "\x00\x01"])
def test_what_is_no_api_key_is_refused_and_not_repeated(tmp_path: Path, content: str) -> None:
    """Another file that was named by mistake does not reach a header or the screen."""
    file = private(tmp_path / "k", content)

    with pytest.raises(Stop) as stopped:
        ring(tmp_path, key=file).api_key()

    assert stopped.value.exit_code == ExitCode.NOT_ALLOWED
    assert not content or content not in stopped.value.text


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A mistyped name does not fall back to another key."""
    with pytest.raises(Stop, match="cannot be read"):
        ring(tmp_path, key=tmp_path / "none", CLEARPOINT_KEY="cp_environment").api_key()


def test_no_key_is_shown_with_the_ring(tmp_path: Path) -> None:
    """What is printed by accident holds no key."""
    assert "cp_abc" not in repr(ring(tmp_path, CLEARPOINT_KEY="cp_abc"))
