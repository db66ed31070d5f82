"""Scripts are served so that a worker can import them, that none goes out of date, and that none talks to anybody."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from app.web.assets import FOLDER, asset_address, script_address
from tests.clearing_point_fixture import People

SCRIPTS = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.rglob("*.js"))]


@pytest.fixture
def reader(people: People) -> TestClient:
    """Somebody without a key."""
    return people.nobody


def test_every_script_is_served_as_a_module_wants_it(reader: TestClient) -> None:
    """By its name, with the only kind of media type under which browsers run a module."""
    for name in SCRIPTS:
        answer = reader.get(f"/static/{name}")

        assert answer.status_code == 200, name
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.content == (FOLDER / name).read_bytes()


def test_a_script_opens_no_connection(reader: TestClient) -> None:
    """A worker obeys the policy that its script came with: ours imports our own modules, and that is all."""
    policy = reader.get(script_address("clearing/oprf.js")).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "connect-src" not in policy
    assert "unsafe" not in policy


def test_an_import_is_of_the_same_version(reader: TestClient) -> None:
    """What a module asks for relatively lies below the same digest, and may be kept for a year as well."""
    address = script_address("clearing/oprf.js")
    imported = address.replace("clearing/oprf.js", "vendor/noble/curves/ed25519.js")

    assert re.fullmatch("/static/[0-9a-f]{12}/clearing/oprf.js", address)
    for one in (address, imported):
        answer = reader.get(one)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (
            reader.get(one, headers={"If-None-Match": answer.headers["etag"]}).headers[
                "content-security-policy"
            ]
            == answer.headers["content-security-policy"]
        )


@pytest.mark.parametrize("address", ["/static/clearing/oprf.js", "/static/clearing/oprf.js?v=000000000000"])
def test_without_its_digest_it_is_asked_for_again(reader: TestClient, address: str) -> None:
    """Otherwise a browser would keep the old one for a year."""
    answer = reader.get(address)
    again = reader.get(address, headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["cache-control"] == "no-cache"
    assert again.status_code == 304


def test_another_version_is_not_there(reader: TestClient) -> None:
    """A page from before an update gets no module of after it: it is loaded anew instead."""
    assert reader.get("/static/000000000000/clearing/oprf.js").status_code == 404
    assert reader.get(asset_address("clearpoint.css")).status_code == 200


def test_the_licence_of_what_others_wrote_comes_along(reader: TestClient) -> None:
    """MIT asks for it, and a reader may look what it is."""
    answer = reader.get("/static/vendor/noble/curves/LICENSE.txt")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "MIT License" in answer.text
    assert reader.get("/static/vendor/versions.json").headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", ["catalogue", "linkage"])
def test_the_rules_come_with_the_scripts(reader: TestClient, name: str) -> None:
    """As JSON below the same digest, so that a script never reads rules of another version."""
    beside = script_address("clearing/sending.js").replace("sending.js", f"{name}.json")
    answer = reader.get(beside)

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {"columns", "identifiers"} <= answer.json().keys() or len(answer.json()["link_keys"]) > 5


def test_a_name_that_no_script_has_has_no_address() -> None:
    """A page with a wrong name fails when it is drawn, not when it is read."""
    with pytest.raises(KeyError):
        script_address("clearing/nothing.js")
