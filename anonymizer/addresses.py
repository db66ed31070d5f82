"""Whether an address of a clearing point may be spoken to: encrypted, or on this machine.

It opens no connection, and must never repeat an address: there may be a key in it.
"""

from __future__ import annotations

import ipaddress

import httpx

from anonymizer.sending_errors import CallRefused


def check_address(url: str) -> httpx.URL:
    """The clearing point's address, or CallRefused when what is sent there could be read on the way."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise CallRefused(
            "The address of the clearing point cannot be read. Write it like https://host."
        ) from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise CallRefused("The address of the clearing point must begin with https:// and name a host.")
    if address.userinfo or address.query or address.fragment:
        raise CallRefused(
            "The address of the clearing point is a plain one: no name, key or question mark in it."
        )
    if address.scheme == "http" and not is_this_machine(address.host):
        raise CallRefused(
            "Plain http is for a server on this machine alone: everybody on the way could read along. Use https://."
        )
    return address


def is_this_machine(host: str) -> bool:
    """Whether the host is the loopback (RFC 1122 3.2.1.3, RFC 4291 2.5.3, RFC 6761 6.3)."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
