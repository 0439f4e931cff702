"""Reading whole threads: all that is stored about them, in as many statements for 80 posts as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, or_, select, union

from bot.domain.model import Conversation, Handle, Press
from bot.domain.ports import Known, Placed
from bot.store.shapes import conversation_of, handle_of, placed_of, press_of
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.people import handle
from bot.store.tables.posts import contact, post, post_ref

Keys = Select[Any] | CompoundSelect[Any]

_AUTHOR = (contact.c.handle, contact.c.name, contact.c.url.label("author_url"), contact.c.is_bot)
_PRESS_COLUMNS = ("press_id", "verb", "wait", "by", "at", "covers", "to", "until", "post", "undoes")
_PRESS = tuple(journal.c[name] for name in _PRESS_COLUMNS)


def around(
    connection: Connection, workspace: str, network: str, refs: Collection[str], roots: Collection[str]
) -> Known:
    """The posts that `refs` name, all posts of their threads and of those at `roots`, all about them.

    What is named may be the root of a thread of which only replies are known, so all are sought as both.
    """
    sought = sorted({*refs, *roots})
    here = (post.c.workspace_id == workspace, post.c.network == network)
    named = (
        select(post.c.id, post.c.root)
        .join_from(post_ref, post, _same_post(post_ref.c.post_id))
        .where(post_ref.c.workspace_id == workspace, post_ref.c.network == network)
        .where(post_ref.c.ref.in_(sought))
        .cte("named")
    )
    keys = union(
        select(named.c.id),
        select(post.c.id).join(named, named.c.root == post.c.root).where(*here),
        select(post.c.id).where(*here, post.c.root.in_(sought)),
    ).cte("keys")
    placed = _posts(connection, and_(*here, post.c.id == keys.c.id), keys)
    places = {(network, one.root) for one in placed if one.root} | {(network, root) for root in sought}
    return _about(connection, workspace, placed, places, ())


def whole(connection: Connection, workspace: str, conversations: Collection[str]) -> Known:
    """The threads in which these conversations stand."""
    places = (
        select(conversation.c.network, conversation.c.root)
        .where(conversation.c.workspace_id == workspace, conversation.c.id.in_(sorted(conversations)))
        .distinct()
        .cte("places")
    )
    there = and_(
        post.c.workspace_id == workspace,
        post.c.network == places.c.network,
        post.c.root == places.c.root,
    )
    placed = _posts(connection, there, places)
    roots = {(one.post.network, one.root) for one in placed if one.root}
    return _about(connection, workspace, placed, roots, conversations)


def _same_post(identity: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        post.c.workspace_id == post_ref.c.workspace_id,
        post.c.network == post_ref.c.network,
        post.c.id == identity,
    )


def _posts(connection: Connection, matches: ColumnElement[bool], keys: Any) -> Sequence[Placed]:
    writes = and_(
        contact.c.workspace_id == post.c.workspace_id,
        contact.c.network == post.c.network,
        contact.c.author_id == post.c.author_id,
    )
    rows = connection.execute(
        select(post, *_AUTHOR).select_from(keys).join(post, matches).join(contact, writes)
    )
    return [placed_of(row) for row in rows]


def _about(
    connection: Connection,
    workspace: str,
    placed: Sequence[Placed],
    places: Collection[tuple[str, str]],
    conversations: Collection[str],
) -> Known:
    ids = {*conversations, *(one.conversation for one in placed if one.conversation)}
    found, presses = _conversations(connection, workspace, places, ids)
    return Known(
        posts={one.post.id: one for one in placed},
        conversations=found,
        presses=presses,
        ours=_ours(connection, workspace),
    )


def _conversations(
    connection: Connection, workspace: str, places: Collection[tuple[str, str]], ids: Collection[str]
) -> tuple[dict[str, Conversation], dict[str, frozenset[Press]]]:
    """Conversations with their presses, joined: there are few presses for one conversation."""
    pressed = and_(
        journal.c.workspace_id == conversation.c.workspace_id,
        journal.c.conversation_id == conversation.c.id,
        journal.c.press_id.is_not(None),
    )
    placed_there = and_(
        conversation.c.network.in_(sorted({network for network, _ in places})),
        conversation.c.root.in_(sorted({root for _, root in places})),
    )
    rows = connection.execute(
        select(conversation, *_PRESS)
        .outerjoin(journal, pressed)
        .where(conversation.c.workspace_id == workspace)
        .where(or_(conversation.c.id.in_(sorted(ids)), placed_there))
    )
    found: dict[str, Conversation] = {}
    presses: defaultdict[str, set[Press]] = defaultdict(set)
    for row in rows:
        if row.id not in found:
            found[row.id] = conversation_of(row)
        if row.press_id:
            presses[row.id].add(press_of(row))
    return found, {key: frozenset(presses[key]) for key in found}


def _ours(connection: Connection, workspace: str) -> frozenset[Handle]:
    rows = connection.execute(select(handle).where(handle.c.workspace_id == workspace))
    return frozenset(handle_of(row) for row in rows)
