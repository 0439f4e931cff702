"""A small team's database with something in each table; run as a program it writes the kept copy.

`python -m tests.store.filled tests/store/kept/0004.sqlite.sql` is run once for each revision, by the code
of that revision.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from cryptography.fernet import Fernet

from bot.domain.choices import About
from bot.domain.connector import Broken
from bot.domain.model import (
    DaysOff,
    Evidence,
    Handle,
    Hours,
    Source,
    Strength,
    Teammate,
    Watch,
    Why,
    Workspace,
)
from bot.domain.ports import Changes, Incoming, Job, LedgerLine, Message, Secret, Sending, Shown
from bot.domain.screens import Kind
from bot.store import SqlStore, migrate, open_store
from tests.store.build import MINUTE, NOON, mention, nudge, page, press, pressed


def fill(store: SqlStore, team: str = "T100") -> Workspace:
    """Put something in each table, for a new Workspace."""
    workspace = store.add_workspace(Workspace("", team=team, name="Acme", channel="C100"))
    with store.write(workspace.id) as tx:
        off = DaysOff(date(2026, 3, 9), date(2026, 3, 12), Why.AWAY, NOON)
        ana = tx.people.save_teammate(Teammate("ana", "U100", "Ana", Hours(off=(off,)), holidays="PT"))
        tx.people.save_handle(Handle("mastodon", "us", "@us", teammate=ana.id))
        secret = tx.sources.save_secret(
            Secret("key", "mastodon", "e", "hush", owner=ana.id, session="at", budget=5)
        )
        tx.choices.choose(About.OWNER, "watch", ana.id)
        source = Source("source", "mastodon", "e", "mentions", "@us", credential=secret.id)
        tx.sources.save_watch(Watch("watch", "us", None), [source])
        tx.sources.quarantine("source", [Broken("p0", "no date")], NOON)
        reply = Evidence("r1", None, ana.id, NOON, Strength.STRONG, True, frozenset({"p1"}))
        tx.threads.save(replace(mention("p1"), evidence={"talk-p1": [reply]}), at=NOON)
        tx.threads.save(page(3, "q"), at=NOON)
        tx.threads.save(Changes(moves=[pressed("talk-p1", press("x1"))]), at=NOON)
        tx.agenda.plan(Job.LOOK, "talk-p1", NOON)
        tx.inbox.take(Incoming("Ev1", "press", {"a": 1}, NOON))
        _send(tx, nudge("talk-p1"), "1.1")
        _send(tx, Message("", Kind.DIGEST, "C100", day=date(2026, 3, 2), shows=(Shown("talk-p1", 1),)), "1.2")
        tx.threads.leave_note("x1", "You know it.", NOON)
        _send(tx, replace(nudge("talk-q0", step="question"), kind=Kind.QUESTION, press="x1"), "1.3")
        tx.journal.count_looks(3, NOON)
        tx.threads.forget("mastodon", "author-q2")
        tx.homes.opened(ana.id, NOON)
    store.spend(secret, "2026-03", 1)
    store.note_greeting(workspace.id, 1, 1)
    store.count_requests([LedgerLine("mastodon.example", "GET", "/api", 1, NOON)])
    return workspace


def _send(tx, message: Message, ts: str) -> None:
    intent = tx.messages.intend(message, at=NOON, lease=MINUTE)
    tx.messages.outcome(intent, Sending.SENT, at=NOON, channel="D100", ts=ts)


def dump(file: Path) -> str:
    """A SQLite file as text."""
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def main(target: str) -> None:
    """Write the kept copy for the present revision."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kept.db"
        migrate(f"sqlite:///{file}")
        store = open_store(f"sqlite:///{file}", keys=[Fernet.generate_key().decode()], clock=lambda: NOON)
        fill(store)
        store.close()
        Path(target).write_text(dump(file))


if __name__ == "__main__":
    main(sys.argv[1])
