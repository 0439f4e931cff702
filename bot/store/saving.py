"""Writing what one transaction learned about threads: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, or_, select
from sqlalchemy.exc import DataError, OperationalError

from bot.domain.errors import Unstorable
from bot.domain.model import Conversation
from bot.domain.ports import Changes, Move, Placed
from bot.store.shapes import contact_row, conversation_row, evidence_row, move_row, owned, post_row
from bot.store.tables.conversations import conversation, evidence, journal
from bot.store.tables.posts import contact, post, post_ref
from bot.store.tables.sources import credential, source
from bot.store.upsert import add_missing, insert, upsert

Place = tuple[str, str, str, int]
_BEYOND_A_LIMIT = "54"
"""PostgreSQL's class of errors for what is too large, for an index for instance (its appendix A)."""


@dataclass(slots=True)
class Revisions:
    """What this transaction knows to stand in the database, so that a save need not ask again.

    It holds while the transaction does, because a writer is alone in its Workspace.
    """

    of: dict[str, int] = field(default_factory=dict)
    places: dict[Place, str] = field(default_factory=dict)
    roots: set[tuple[str, str]] = field(default_factory=set)

    def note(self, conversations: Iterable[Conversation]) -> None:
        """These stand there in just this revision."""
        for one in conversations:
            self.of[one.id] = one.revision
            self.places[_place(one)] = one.id

    def note_roots(self, network: str, roots: Iterable[str]) -> None:
        """All conversations at these roots were noted."""
        self.roots |= {(network, root) for root in roots}

    def knows(self, one: Conversation) -> bool:
        """Whether nothing about it has to be asked."""
        return (one.network, one.root) in self.roots and (one.revision == 0 or one.id in self.of)

    def allows(self, one: Conversation) -> bool:
        """Whether it is one step ahead of what stands there, or new in a free place."""
        ahead = self.of.get(one.id, -1) == one.revision - 1
        return ahead and self.places.get(_place(one), one.id) == one.id


def save(connection: Connection, workspace: str, changes: Changes, seen: Revisions, *, at: datetime) -> bool:
    """Write; False, and nothing written, when a conversation was changed by another meanwhile.

    Raises `Unstorable` when the database refuses a value: the transaction is lost with it.
    """
    if not all(seen.knows(one) for one in changes.conversations):
        _read_revisions(connection, workspace, changes.conversations, seen)
    if not all(seen.allows(one) for one in changes.conversations):
        return False
    try:
        _write(connection, workspace, changes, at)
    except (DataError, UnicodeError, OverflowError) as refused:
        raise Unstorable(type(refused).__name__) from None
    except OperationalError as refused:
        if not str(getattr(refused.orig, "sqlstate", "")).startswith(_BEYOND_A_LIMIT):
            raise
        raise Unstorable("beyond a limit of the database") from None
    seen.note(changes.conversations)
    return True


def _place(one: Conversation) -> Place:
    return (one.network, one.root, one.author or "", one.episode)


def _read_revisions(
    connection: Connection, workspace: str, listed: Sequence[Conversation], seen: Revisions
) -> None:
    there = and_(
        conversation.c.network.in_(sorted({one.network for one in listed})),
        conversation.c.root.in_(sorted({one.root for one in listed})),
    )
    named = conversation.c.id.in_(sorted({one.id for one in listed}))
    columns = ("id", "revision", "network", "root", "author", "episode")
    rows = connection.execute(
        select(*(conversation.c[name] for name in columns))
        .where(conversation.c.workspace_id == workspace)
        .where(or_(named, there))
    )
    for row in rows:
        seen.of[row.id] = row.revision
        seen.places[(row.network, row.root, row.author, row.episode)] = row.id


def _write(connection: Connection, workspace: str, changes: Changes, at: datetime) -> None:
    placed = list({(one.post.network, one.post.id): one for one in changes.posts}.values())
    conversations = [conversation_row(one, at) for one in changes.conversations]
    upsert(connection, conversation, owned(workspace, conversations), keep={"created_at"})
    _write_authors(connection, workspace, placed)
    _write_posts(connection, workspace, placed, at)
    answers = [
        evidence_row(one, answer, at) for one, seen in (changes.evidence or {}).items() for answer in seen
    ]
    answers = list({(row["conversation_id"], row["token"]): row for row in answers}.values())
    upsert(connection, evidence, owned(workspace, answers), keep={"first_seen"})
    _write_moves(connection, workspace, changes.moves)


def _write_authors(connection: Connection, workspace: str, placed: Sequence[Placed]) -> None:
    rows = {
        (one.post.network, one.post.author.id): {
            "network": one.post.network,
            **contact_row(one.post.author),
        }
        for one in placed
    }
    upsert(connection, contact, owned(workspace, [rows[key] for key in sorted(rows)]))


def _write_posts(connection: Connection, workspace: str, placed: Sequence[Placed], at: datetime) -> None:
    audiences = _audiences(connection, workspace, placed)
    rows = [{**post_row(one, at), "audience": None} for one in placed]
    for row, one in zip(rows, placed, strict=True):
        if one.post.visibility.is_private:
            row["audience"] = audiences.get(one.source)
    upsert(
        connection,
        post,
        owned(workspace, rows),
        keep={"first_seen"},
        instead=_what_is_known_stays,
    )
    names = [
        {"network": one.post.network, "ref": ref, "post_id": one.post.id}
        for one in placed
        for ref in dict.fromkeys((one.post.id, *one.post.refs))
    ]
    add_missing(connection, post_ref, owned(workspace, names))


def _what_is_known_stays(new: Any) -> Mapping[str, ColumnElement[Any]]:
    """Words that were wiped do not come back, nor is it unlearned where a post was seen."""
    kept = post.c.wiped_at.is_(None)
    words = ("text", "warning", "wording", "url")
    return {
        **{name: case((kept, new[name]), else_=post.c[name]) for name in words},
        **{name: func.coalesce(new[name], post.c[name]) for name in ("source_id", "audience")},
    }


def _audiences(
    connection: Connection, workspace: str, placed: Sequence[Placed]
) -> dict[str | None, str | None]:
    """For each source of a private post the teammate whose credential reads it: nobody else may see it."""
    private = sorted({one.source for one in placed if one.source and one.post.visibility.is_private})
    if not private:
        return {}
    theirs = and_(
        credential.c.workspace_id == source.c.workspace_id, credential.c.id == source.c.credential_id
    )
    rows = connection.execute(
        select(source.c.id, credential.c.owner)
        .join_from(source, credential, theirs)
        .where(source.c.workspace_id == workspace, source.c.id.in_(private))
    )
    return {row.id: row.owner for row in rows}


def _write_moves(connection: Connection, workspace: str, moves: Sequence[Move]) -> None:
    """Append; each line takes the next number of its Workspace, in the order given."""
    if not moves:
        return
    last = select(func.coalesce(func.max(journal.c.number), 0) + 1).where(
        journal.c.workspace_id == bindparam("whose")
    )
    connection.execute(
        insert(connection.dialect.name, journal).values(number=last.scalar_subquery()),
        [{"whose": workspace, "workspace_id": workspace, **move_row(move)} for move in moves],
    )
