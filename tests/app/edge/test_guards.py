"""What a page may load and whom its scripts may ask, as browsers are told."""

from __future__ import annotations

from app.edge.guards import SECURITY_HEADERS, page_policy


def test_a_page_asks_nobody_but_its_own_server() -> None:
    """No word of the policy allows what is inline or from elsewhere."""
    policy = SECURITY_HEADERS["Content-Security-Policy"]

    assert "connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_page_that_makes_link_tokens_asks_the_trustee_too() -> None:
    """Its origin alone: no path, no other server."""
    policy = page_policy("https://trustee.example:8443/keys/")

    assert "connect-src 'self' https://trustee.example:8443;" in policy
    assert policy.replace(" https://trustee.example:8443", "") == page_policy()
