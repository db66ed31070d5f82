"""The dependencies of routes, under the names that signatures use.

A session commits before the answer leaves (scope "function"): otherwise a commit that fails would be told as success.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from app.database.sessions import Session
from app.database.transactions import transaction
from app.domain.actors import Actor
from app.domain.errors import NotAuthenticated
from app.edge.premises import premises_of
from app.services.people import identify

SCHEME = "bearer"


def write_session(request: Request) -> Iterator[Session]:
    """A transaction of the server's role: commits when the route returns, rolls back when it raises."""
    with transaction(premises_of(request).database.write_session()) as session:
        yield session


def read_session(request: Request) -> Iterator[Session]:
    """A transaction that cannot write, by the database's word: for what is public, and for counting."""
    with transaction(premises_of(request).database.read_session()) as session:
        yield session


def linking_session(request: Request) -> Iterator[Session]:
    """A transaction of the linkage's role, for the desk: which cases may be of one person, and no field of them."""
    with transaction(premises_of(request).database.linking_session()) as session:
        yield session


def call_time(request: Request) -> datetime:
    """When this call happens: one moment for all that it writes."""
    return premises_of(request).clock()


WriteSession = Annotated[Session, Depends(write_session, scope="function")]
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
CountingSession = ReadSession
"""The reader's role sees every organization's rows: a route that takes this counts, and shows no row."""
LinkingSession = Annotated[Session, Depends(linking_session, scope="function")]
CallTime = Annotated[datetime, Depends(call_time)]


def current_actor(request: Request, session: WriteSession, now: CallTime) -> Actor:
    """Who calls, from the key in the header. The transaction sees that organization's cases from here on."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not key:
        raise NotAuthenticated
    actor = identify(session, key.strip(), now=now)
    request.state.actor = actor
    return actor


def arriving_actor(request: Request, now: CallTime) -> Actor:
    """Who calls, in a transaction of its own, which is over before the body comes: a slow sender holds nothing."""
    with transaction(premises_of(request).database.write_session()) as session:
        return current_actor(request, session, now)


CurrentActor = Annotated[Actor, Depends(current_actor, scope="function")]
ArrivingActor = Annotated[Actor, Depends(arriving_actor, scope="function")]
