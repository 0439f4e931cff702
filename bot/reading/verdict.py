"""What an answer's status means for the one who asked, as the errors of `bot.domain.errors`."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import Gone, NeedsSignIn, RateLimited, Unavailable

_GOOD = frozenset({200, 201, 202, 203, 204, 304})


def judge(status: int, host: str, wait: datetime | None, *, known: bool) -> None:
    """Return if the answer is good, else raise what to do next; `known` is whether we sent a credential.

    `wait` is what the answer itself said about asking again. The messages hold host and status only:
    an address can be a secret, and a body is outside text.
    """
    if status in _GOOD:
        return
    if wait is not None:
        raise RateLimited(f"{host} asked us to wait (answered {status})", wait)
    if status in (401, 403):
        why = "refused the credential" if known else "wants a sign-in"
        raise NeedsSignIn(f"{host} {why} (answered {status})")
    if status in (404, 410):
        raise Gone(f"{host} does not have it (answered {status})")
    raise Unavailable(f"{host} answered {status}")
