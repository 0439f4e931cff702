"""What a Source needs after each reading, by the name of what went wrong."""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.errors import CanWrite, Gone, NeedsSignIn, OverBudget, RateLimited
from bot.domain.model import Health, Source
from bot.domain.ports import Job, Tx

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
REFUSED_WAIT = timedelta(days=1)
CATCHES_UP = timedelta(minutes=10)
"""By then the pages of an absence were read."""
ASKS_FOR_A_PERSON = (NeedsSignIn, CanWrite)


def well(source: Source, now: datetime) -> Source:
    """It answered whole."""
    return replace(
        source,
        health=Health.WELL,
        failures=0,
        problem=None,
        last_success=now,
        last_try=now,
        blocked_until=None,
    )


def failed(source: Source, error: Exception, now: datetime) -> Source:
    """It did not; the cursor stays. `problem` is the error's name, never its text."""
    if isinstance(error, ASKS_FOR_A_PERSON):
        health = Health.NEEDS_SIGN_IN
    else:
        health = Health.GONE if isinstance(error, Gone) else Health.BACKING_OFF
    return replace(
        source,
        health=health,
        failures=source.failures + 1,
        problem=type(error).__name__,
        last_try=now,
        # Our own budget is no wait of the network's: it may be raised at any time.
        blocked_until=error.until
        if isinstance(error, RateLimited) and not isinstance(error, OverBudget)
        else None,
    )


def next_try(source: Source, error: Exception, now: datetime) -> datetime:
    """When to read again (UTC). What was refused, or is gone, is tried once a day, though a person is asked
    to mend it: a login may be unlocked, and a server be itself again that refused everybody for an hour."""
    if source.health in (Health.NEEDS_SIGN_IN, Health.GONE):
        return now + REFUSED_WAIT
    wait = FIRST_WAIT * (1 << min(source.failures - 1, 10))
    if isinstance(error, RateLimited) and error.until > now:
        return error.until
    return now + min(wait, LONGEST_WAIT)


def place_of(error: Exception) -> str:
    """What kind of error and where it was raised; never its text, which may quote what was read."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return " ".join(
        [type(error).__name__, *(f"in {Path(each.filename).name}:{each.lineno}" for each in last)]
    )


def owner_of_source(tx: Tx, source: Source) -> str | None:
    """The teammate who connected it: their credential, else their Watch."""
    secret = tx.sources.secret(source.credential) if source.credential else None
    if secret and secret.owner:
        return secret.owner
    watching = (one for one in tx.sources.watches() if source.id in one.sources)
    return next((one.created_by for one in watching if one.created_by), None)


def tell_of_success(tx: Tx, source: str, now: datetime) -> None:
    """Whoever connected a Source is seen to when it is read for the first time, or works again.

    Call it before the success is saved.
    """
    before = tx.sources.source(source)
    if before and (before.failures or before.is_new):
        owner = owner_of_source(tx, before)
        if owner:
            tx.agenda.plan(Job.SEE, owner, now + CATCHES_UP)


def tell_owner(tx: Tx, source: Source, now: datetime) -> None:
    """Whoever connected a Source that needs a person is seen to."""
    owner = owner_of_source(tx, source) if source.health == Health.NEEDS_SIGN_IN else None
    if owner:
        tx.agenda.plan(Job.SEE, owner, now)
