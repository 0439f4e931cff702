"""One outside person asked to be forgotten: their words and name go, also from our Slack messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.connector import fetches
from bot.domain.errors import ReadingError
from bot.domain.model import Status, Verb
from bot.domain.ports import Clock, Networks, Store
from bot.services.standing.triage import Decision, Triage

FACE = "forget"
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Forget:
    """Erases one person; a keyed hash keeps them from being collected again."""

    store: Store
    networks: Networks
    clock: Clock

    def person(self, workspace: str, network: str, account: str) -> int:
        """Forget the account, as typed or by its id on the network; how many posts lost their words.

        What of theirs waits for us is let go first. Raises KeyError for an unknown network.
        """
        author = self._author(network, account)
        with self.store.read(workspace) as tx:
            theirs = [one for one in tx.threads.followed(network, EVER) if one.author == author]
        triage = Triage(self.store, self.networks, self.clock)
        for one in theirs:
            if one.standing.status in (Status.OPEN, Status.SNOOZED):
                triage.decide(workspace, Decision(one.id, one.standing.wait, Verb.LET_GO, by="", face=FACE))
        with self.store.write(workspace) as tx:
            erased = tx.threads.forget(network, author)
            tx.messages.touch([one.id for one in theirs])
        return erased

    def _author(self, network: str, account: str) -> str:
        """The account's id; where the network knows it no more, what was typed is taken for the id."""
        connector = self.networks.connectors()[network]
        if not fetches(connector):
            return account
        try:
            return connector.resolve(account, self.networks.reader(network, "", None))[1].id
        except (ReadingError, ValueError):
            return account
