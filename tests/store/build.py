"""Small builders: a post of Mei's, her conversation, and both as one change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event

from bot.domain.model import Author, Conversation, Lane, Post, Press, Standing, Status, Verb, Visibility
from bot.domain.ports import Changes, Message, Move, Placed, Shown
from bot.domain.screens import Kind
from bot.store import SqlStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MEI = Author("https://mastodon.example/users/mei", "@mei@mastodon.example", "Mei Tanaka")


def post(name: str, *, author: Author = MEI, **also: Any) -> Post:
    """A public post on Mastodon."""
    given: dict[str, Any] = {
        "network": "mastodon",
        "id": name,
        "url": f"https://mastodon.example/@mei/{name}",
        "author": author,
        "text": f"Does {name} keep my tags?",
        "created_at": NOON,
        "refs": (f"mastodon.example/{name}",),
        "names": frozenset({"us"}),
        "visibility": Visibility.PUBLIC,
    }
    return Post(**given | also)


def placed(name: str, *, conversation: str | None = None, root: str | None = None, **also: Any) -> Placed:
    """A post in its place: alone under its own root, matched when it has a conversation."""
    return Placed(
        post(name, **also), root or name, Lane.TO_US if conversation else None, conversation, "source"
    )


def conversation(name: str, root: str, *, standing: Standing | None = None, **also: Any) -> Conversation:
    """A conversation with Mei that waits on us since noon."""
    waits = Standing(Status.OPEN, wait=1, waiting_since=NOON, uncovered=frozenset({root}), nudgeable=True)
    one = Conversation(name, "mastodon", root, MEI.id, 1, standing or waits)
    return replace(one, **also)


def mention(name: str, conversation_id: str | None = None) -> Changes:
    """A new post and the new conversation that it opens."""
    talk = conversation_id or f"talk-{name}"
    seen = Move(talk, "seen", 1, "", NOON, "collect", "", "open")
    return Changes([placed(name, conversation=talk)], [conversation(talk, name)], moves=[seen])


def page(count: int, prefix: str = "p") -> Changes:
    """So many new posts, each by somebody else, each a conversation."""
    names = [f"{prefix}{number}" for number in range(count)]
    authors = {name: Author(f"author-{name}", f"@{name}", name.title()) for name in names}
    talks = [conversation(f"talk-{name}", name, author=authors[name].id) for name in names]
    return Changes(
        [placed(name, conversation=f"talk-{name}", author=authors[name]) for name in names],
        talks,
        moves=[Move(talk.id, "seen", 1, "", NOON, "collect", "", "open") for talk in talks],
    )


def press(name: str, verb: Verb = Verb.CLAIM, *, by: str = "ana", at: datetime = NOON) -> Press:
    """A press in the first wait."""
    return Press(name, verb, 1, by, at, covers=frozenset({"p1"}))


def pressed(talk: str, one: Press) -> Move:
    """The journal's line for a press."""
    return Move(talk, one.verb.value, one.wait, one.by, one.at, "button", "open", "open", one)


def nudge(*talks: str, person: str = "ana", step: str = "1", wait: int = 1) -> Message:
    """A reminder about some conversations."""
    return Message("", Kind.NUDGE, "U100", person, tuple(Shown(talk, wait, step) for talk in talks))


def step_on(one: Conversation, **standing: Any) -> Conversation:
    """The next revision of a conversation, with something else in its standing."""
    return replace(one, standing=replace(one.standing, **standing), revision=one.revision + 1)


@contextmanager
def counted(store: SqlStore) -> Iterator[Counter[str]]:
    """Counts the statements sent during the block, by their first word, and as `all`."""
    count: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count[statement.split(maxsplit=1)[0].upper()] += 1
        count["all"] += 1

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def overfill(engine: Engine) -> None:
    """Write more to SQLite than it may take from here on, as on a full disk."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA max_page_count=1").close()  # no more than it has
        connection.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(10000000)").close()
