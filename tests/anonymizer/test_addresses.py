"""Which addresses may be spoken to."""

from __future__ import annotations

import pytest

from anonymizer.addresses import check_address
from anonymizer.sending_errors import CallRefused


@pytest.mark.parametrize(
    "url", ["https://rcp.example", "http://127.0.0.1:8000", "http://localhost:8000/", "http://[::1]:8000"]
)
def test_encrypted_or_on_this_machine_is_accepted(url: str) -> None:
    """The loopback leaves no machine, so it needs no encryption."""
    assert str(check_address(url)).startswith("http")


@pytest.mark.parametrize(
    "url",
    [
        "http://rcp.example",
        "http://127.0.0.1.example",
        "http://192.168.1.4:8000",
        "https://name:secret@rcp.example",
        "https://rcp.example/?key=secret",
        "ftp://rcp.example",
        "rcp.example",
        "https://",
        "http://[::1",
        "",
    ],
)
def test_an_address_that_others_could_listen_to_is_refused(url: str) -> None:
    """Plain http elsewhere, and addresses with a secret in them, are refused without being repeated."""
    with pytest.raises(CallRefused) as raised:
        check_address(url)

    assert "secret" not in str(raised.value)
