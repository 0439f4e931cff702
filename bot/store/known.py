"""Reading whole threads: all that is stored about them, in as many statements for 80 posts as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    and_,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from bot.domain.covering import REPEATS_WITHIN, wording
from bot.domain.model import Conversation, Handle, Post, Press
from bot.domain.ports import Known, Placed
from bot.domain.threads import REDRAFT_WITHIN
from bot.store.shapes import conversation_of, handle_of, placed_of, press_of
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.people import handle
from bot.store.tables.posts import contact, post, post_ref

_AUTHOR = (contact.c.handle, contact.c.name, contact.c.url.label("author_url"), contact.c.is_bot)
_PRESS_COLUMNS = ("press_id", "verb", "wait", "by", "at", "covers", "to", "until", "post", "undoes")
_PRESS = tuple(journal.c[name] for name in _PRESS_COLUMNS)


def around(
    connection: Connection, workspace: str, network: str, names: Collection[str], read: Collection[Post]
) -> Known:
    """The posts so named, all posts of their threads, and all about them; and what `read` changes afar.

    What is named may be the root of a thread of which only replies are known, so all are sought as both.
    """
    sought = sorted(names)
    here = (post.c.workspace_id == workspace, post.c.network == network)
    by_name = (
        select(post.c.id, post.c.root)
        .join_from(post_ref, post, _same_post(post_ref.c.post_id))
        .where(post_ref.c.workspace_id == workspace, post_ref.c.network == network)
        .where(post_ref.c.ref.in_(sought))
    )
    afar = [select(post.c.id, post.c.root).where(*here, one) for one in _afar(read)]
    named = union(by_name, *afar).cte("named")
    keys = union(
        select(post.c.network, post.c.id).join(named, named.c.id == post.c.id).where(*here),
        select(post.c.network, post.c.id).join(named, named.c.root == post.c.root).where(*here),
        select(post.c.network, post.c.id).where(*here, post.c.root.in_(sought)),
    ).cte("keys")
    placed, said = _posts(connection, workspace, keys, [(network, words) for words in _wordings(read)])
    places = {(network, one.root) for one in placed if one.root} | {(network, root) for root in sought}
    return _about(connection, workspace, (placed, said), places, ())


def _afar(read: Collection[Post]) -> Iterator[ColumnElement[bool]]:
    """What was read may be a redraft of these or redrafted in them, or make repeats of them."""
    begun = [one for one in read if one.parent is None]
    for drafts, was in (
        ([(one, one.created_at) for one in begun if one.gone_at is None], post.c.gone_at),
        ([(one, one.gone_at) for one in begun if one.gone_at], post.c.created_at),
    ):
        if drafts:
            times = [at for _, at in drafts]
            yield and_(
                post.c.author_id.in_(sorted({one.author.id for one, _ in drafts})),
                post.c.parent.is_(None),
                post.c.conversation_id.is_not(None),
                was.between(min(times) - REDRAFT_WITHIN, max(times) + REDRAFT_WITHIN),
            )
    says = _wordings(read)
    if says:
        written = [one.created_at for one in read]
        yield and_(
            post.c.wording.is_not(None),
            post.c.wording.in_(says),
            post.c.created_at > min(written),
            post.c.created_at <= max(written) + REPEATS_WITHIN,
        )


def _wordings(read: Collection[Post]) -> list[str]:
    return sorted({words for one in read if (words := wording(one))})


def whole(connection: Connection, workspace: str, conversations: Collection[str]) -> Known:
    """The threads in which these conversations stand."""
    if not conversations:
        return Known({}, {}, {}, _ours(connection, workspace))
    places = (
        select(conversation.c.network, conversation.c.root)
        .where(conversation.c.workspace_id == workspace, conversation.c.id.in_(sorted(conversations)))
        .distinct()
        .cte("places")
    )
    there = and_(post.c.network == places.c.network, post.c.root == places.c.root)
    here = post.c.workspace_id == workspace
    keys = select(post.c.network, post.c.id).join(places, there).where(here).cte("keys")
    found = _posts(connection, workspace, keys, ())
    roots = {(one.post.network, one.root) for one in found[0] if one.root}
    return _about(connection, workspace, found, roots, conversations)


def _same_post(identity: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        post.c.workspace_id == post_ref.c.workspace_id,
        post.c.network == post_ref.c.network,
        post.c.id == identity,
    )


def _posts(
    connection: Connection, workspace: str, keys: CTE, says: Collection[tuple[str, str]]
) -> tuple[Sequence[Placed], Sequence[Placed]]:
    """The posts at these keys, and those of ours elsewhere with the words of ours here or with `says`.

    Words are kept for 90 days after all settled, so those that are said often come back in bounded numbers.
    """
    same_post = and_(post.c.network == keys.c.network, post.c.id == keys.c.id)
    ours = (post.c.workspace_id == workspace, post.c.wording.is_not(None))
    said = select(post.c.network, post.c.wording).join(keys, same_post).where(*ours)
    words = tuple_(post.c.network, post.c.wording)
    alike = [
        select(post.c.network, post.c.id, literal(True)).where(*ours, words.in_(one))
        for one in (said, list(says))
    ]
    both = union_all(select(keys.c.network, keys.c.id, literal(False).label("far")), *alike).cte("wanted")
    stands = and_(post.c.workspace_id == workspace, post.c.network == both.c.network, post.c.id == both.c.id)
    writes = and_(
        contact.c.workspace_id == post.c.workspace_id,
        contact.c.network == post.c.network,
        contact.c.author_id == post.c.author_id,
    )
    rows = connection.execute(
        select(post, *_AUTHOR, both.c.far).select_from(both).join(post, stands).join(contact, writes)
    ).all()
    near = [placed_of(row) for row in rows if not row.far]
    return near, [placed_of(row) for row in rows if row.far]


def latest(connection: Connection, limit: int, *there: ColumnElement[bool]) -> Sequence[Post]:
    """Those of us that are the newest, and those that came to be known last, as far as none is known to be
    gone."""
    writes = and_(
        contact.c.workspace_id == post.c.workspace_id,
        contact.c.network == post.c.network,
        contact.c.author_id == post.c.author_id,
    )
    stand = select(post, *_AUTHOR).join_from(post, contact, writes).where(*there, post.c.gone_at.is_(None))
    ours = stand.where(post.c.wording.is_not(None)).order_by(post.c.created_at.desc(), post.c.id)
    last = stand.where(post.c.wiped_at.is_(None)).order_by(post.c.first_seen.desc(), post.c.id)
    rows = [row for wanted in (ours, last) for row in connection.execute(wanted.limit(limit))]
    return list({row.id: placed_of(row).post for row in rows}.values())


def _about(
    connection: Connection,
    workspace: str,
    found: tuple[Sequence[Placed], Sequence[Placed]],
    places: Collection[tuple[str, str]],
    conversations: Collection[str],
) -> Known:
    placed, said = found
    ids = {*conversations, *(one.conversation for one in placed if one.conversation)}
    talks, presses = _conversations(connection, workspace, places, ids)
    return Known(
        posts=_by_id(placed),
        conversations=talks,
        presses=presses,
        ours=_ours(connection, workspace),
        said=said,
    )


def _by_id(placed: Sequence[Placed]) -> dict[str, Placed]:
    """By id; one of another network with the same id loses nothing (see `Known`)."""
    found: dict[str, Placed] = {}
    for one in placed:
        if found.setdefault(one.post.id, one) is not one:
            found[f"{one.post.network} {one.post.id}"] = one
    return found


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
