"""What changes by time alone: what was put off comes back, a lapsed answer goes, thanks rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.model import Conversation
from bot.domain.ports import Networks, Store
from bot.services.standing.restand import News, again, on, restand

FACE = "clock"


def wake(
    store: Store, networks: Networks, workspace: str, now: datetime, *, until: datetime
) -> Mapping[str, Conversation]:
    """Stand anew, as of now, what changes by that moment; these conversations as they stand now, by id."""

    def work() -> Mapping[str, Conversation]:
        with store.write(workspace, durable=False) as tx:
            known = tx.threads.of(tx.threads.to_wake(until))
            return restand(tx, known, News(), on=on(networks, now, FACE))

    return again(work)
