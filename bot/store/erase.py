"""Taking words away again: by age, and for one person who asks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update

from bot.store.tables.columns import WORKSPACE, of
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.messages import note
from bot.store.tables.people import workspace as workspaces
from bot.store.tables.posts import contact, forgotten, post
from bot.store.upsert import add_missing

FORGOTTEN = "forgotten:"
"""Before the hash that stands in the place of a forgotten author's id."""
_NO_WORDS = {"text": "", "warning": None, "wording": None}
_ALIVE = exists().where(
    conversation.c.workspace_id == post.c.workspace_id,
    conversation.c.network == post.c.network,
    conversation.c.root == post.c.root,
    (conversation.c.settled_at.is_(None)) | (conversation.c.settled_at >= bindparam("before")),
)
_WIPE = (
    update(post)
    .where(of(post), post.c.wiped_at.is_(None), post.c.first_seen < bindparam("before"), ~_ALIVE)
    .values(**_NO_WORDS, wiped_at=bindparam("now"))
)
_WIPE_THERE = _WIPE.where(post.c.network == bindparam("there"))
_FORGOTTEN = (
    select(workspaces.c.pepper, forgotten.c.digest)
    .join_from(workspaces, forgotten, forgotten.c.workspace_id == workspaces.c.id)
    .where(workspaces.c.id == WORKSPACE, forgotten.c.network == bindparam("network"))
)


def wipe(
    connection: Connection, workspace: str, before: datetime, at: datetime, network: str | None = None
) -> int:
    """Empty the words of posts in threads where all settled before that; those of no thread by age."""
    given = {"of": workspace, "before": before, "now": at, "there": network}
    return connection.execute(_WIPE_THERE if network else _WIPE, given).rowcount


def called(connection: Connection, workspace: str, network: str, text: str) -> frozenset[str]:
    """The ids of the authors whose id, name or page it is; names are alike in small and capital letters."""
    name = text.strip().removeprefix("@").lower()
    is_meant = or_(
        contact.c.author_id == text.strip(),
        contact.c.url == text.strip(),
        func.lower(contact.c.handle).in_([name, f"@{name}"]),
    )
    sought = select(contact.c.author_id).where(of(contact), contact.c.network == network, is_meant)
    return frozenset(connection.execute(sought, {"of": workspace}).scalars()) if name else frozenset()


def forget(connection: Connection, workspace: str, network: str, author: str, at: datetime) -> int:
    """Erase the words, links and names of one person; a keyed hash stands in for their id.

    What colleagues wrote to each other with a question about them goes too.
    """
    pepper = connection.execute(select(workspaces.c.pepper).where(workspaces.c.id == workspace)).scalar_one()
    digest = keyed_hash(pepper, network, author)
    key = {"workspace_id": workspace, "network": network}
    theirs = (post.c.workspace_id == workspace, post.c.network == network, post.c.author_id == author)
    nothing = {**_NO_WORDS, "url": "", "member_of": None, "wiped_at": at}
    erased = connection.execute(update(post).where(*theirs).values(nothing)).rowcount
    connection.execute(
        update(contact)
        .where(contact.c.workspace_id == workspace, contact.c.network == network)
        .where(contact.c.author_id == author)
        .values(author_id=f"{FORGOTTEN}{digest}", handle="", name="", url=None)
    )
    talks = select(conversation.c.id).where(
        conversation.c.workspace_id == workspace,
        conversation.c.network == network,
        conversation.c.author == author,
    )
    about = select(journal.c.press_id).where(
        journal.c.workspace_id == workspace,
        journal.c.conversation_id.in_(talks),
        journal.c.press_id.is_not(None),
    )
    connection.execute(delete(note).where(note.c.workspace_id == workspace, note.c.press_id.in_(about)))
    connection.execute(
        update(conversation)
        .where(conversation.c.workspace_id == workspace, conversation.c.network == network)
        .where(conversation.c.author == author)
        .values(author=f"{FORGOTTEN}{digest}", url=None)
    )
    add_missing(connection, forgotten, [{**key, "digest": digest, "at": at}])
    return erased


def known_to_be_forgotten(
    connection: Connection, workspace: str, network: str, authors: Collection[str]
) -> frozenset[str]:
    """Those of the authors whose hash is kept."""
    rows = connection.execute(_FORGOTTEN, {"of": workspace, "network": network}).all()
    hashes = {row.digest for row in rows}
    return frozenset(one for one in authors if rows and keyed_hash(rows[0].pepper, network, one) in hashes)


def keyed_hash(pepper: str, network: str, id: str) -> str:
    """Of an author's or a post's id. The key is the Workspace's own: a lost key of another kind keeps it."""
    return hmac.new(pepper.encode(), f"{network}\n{id}".encode(), hashlib.sha256).hexdigest()
