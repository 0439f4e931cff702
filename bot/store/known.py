"""Reading whole threads: all that is stored about them, in as many statements for 80 posts as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
    union,
    union_all,
)

from bot.domain.covering import REPEATS_WITHIN, wording
from bot.domain.model import Conversation, Handle, Post, Press
from bot.domain.ports import Known, Placed
from bot.domain.threads import REDRAFT_WITHIN
from bot.store.shapes import CONVERSATION, conversation_of, placed_of, press_of
from bot.store.tables.columns import of
from bot.store.tables.conversations import conversation, journal
from bot.store.tables.posts import contact, post, post_ref

_AUTHOR = (contact.c.handle, contact.c.name, contact.c.url.label("author_url"), contact.c.is_bot)
_PRESS_COLUMNS = ("press_id", "verb", "wait", "by", "at", "covers", "to", "until", "post", "undoes")
_PRESS = tuple(journal.c[name] for name in _PRESS_COLUMNS)


def _several(name: str) -> Any:
    return bindparam(name, expanding=True)


def _same_post(identity: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        post.c.workspace_id == post_ref.c.workspace_id,
        post.c.network == post_ref.c.network,
        post.c.id == identity,
    )


_HERE = (of(post), post.c.network == bindparam("network"))
_BY_NAME = (
    select(post.c.id, post.c.root)
    .join_from(post_ref, post, _same_post(post_ref.c.post_id))
    .where(of(post_ref), post_ref.c.network == bindparam("network"), post_ref.c.ref.in_(_several("names")))
)
_AFAR = {
    "gone": and_(
        post.c.author_id.in_(_several("gone_by")),
        post.c.parent.is_(None),
        post.c.conversation_id.is_not(None),
        post.c.gone_at.between(bindparam("gone_from"), bindparam("gone_to")),
    ),
    "begun": and_(
        post.c.author_id.in_(_several("begun_by")),
        post.c.parent.is_(None),
        post.c.conversation_id.is_not(None),
        post.c.created_at.between(bindparam("begun_from"), bindparam("begun_to")),
    ),
    "repeated": and_(
        post.c.wording.is_not(None),
        post.c.wording.in_(_several("wordings")),
        post.c.created_at > bindparam("written_from"),
        post.c.created_at <= bindparam("written_to"),
    ),
}
"""What was read may be a redraft of what is gone, or be redrafted in what was begun, or make repeats."""
_PLACES = (
    select(conversation.c.network, conversation.c.root)
    .where(of(conversation), conversation.c.id.in_(_several("talks")))
    .distinct()
    .cte("places")
)
_IN_PLACES = select(post.c.network, post.c.id).join(
    _PLACES, and_(of(post), post.c.network == _PLACES.c.network, post.c.root == _PLACES.c.root)
)
_PRESSED = and_(
    journal.c.workspace_id == conversation.c.workspace_id,
    journal.c.conversation_id == conversation.c.id,
    journal.c.press_id.is_not(None),
)
_PLACED_THERE = and_(
    conversation.c.network.in_(_several("networks")), conversation.c.root.in_(_several("roots"))
)
_CONVERSATIONS = (
    select(*CONVERSATION, *_PRESS)
    .outerjoin(journal, _PRESSED)
    .where(of(conversation), or_(conversation.c.id.in_(_several("ids")), _PLACED_THERE))
)
"""Conversations with their presses, joined: there are few presses for one conversation."""


def around(
    connection: Connection,
    workspace: str,
    network: str,
    names: Collection[str],
    read: Collection[Post],
    *,
    ours: Collection[Handle],
) -> Known:
    """The posts so named, all posts of their threads, and all about them; and what `read` changes afar.

    What is named may be the root of a thread of which only replies are known, so all are sought as both.
    `ours` are the accounts of ours, which belong to what is known.
    """
    says = _wordings(read)
    afar = _afar(read, says)
    given: dict[str, Any] = {"network": network, "names": sorted(names), "networks": [network]}
    given |= {name: value for values in afar.values() for name, value in values.items()}
    found = _posts(connection, _around(tuple(afar)), {"of": workspace, **given}, says)
    places = {(network, one.root) for one in found[0] if one.root} | {(network, name) for name in names}
    return _about(connection, workspace, found, places=places, ours=ours)


def _afar(read: Collection[Post], says: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Which of `_AFAR` are to be sought, and by what values."""
    sought: dict[str, Mapping[str, Any]] = {}
    begun = [one for one in read if one.parent is None]
    for name, drafts in (
        ("gone", [(one, one.created_at) for one in begun if one.gone_at is None]),
        ("begun", [(one, one.gone_at) for one in begun if one.gone_at]),
    ):
        if drafts:
            times = [at for _, at in drafts]
            sought[name] = {
                f"{name}_by": sorted({one.author.id for one, _ in drafts}),
                f"{name}_from": min(times) - REDRAFT_WITHIN,
                f"{name}_to": max(times) + REDRAFT_WITHIN,
            }
    if says:
        written = [one.created_at for one in read]
        until = max(written) + REPEATS_WITHIN
        sought["repeated"] = {"wordings": says, "written_from": min(written), "written_to": until}
    return sought


def _wordings(read: Collection[Post]) -> list[str]:
    return sorted({words for one in read if (words := wording(one))})


@cache
def _around(afar: tuple[str, ...]) -> Select[Any] | CompoundSelect[Any]:
    sought = [select(post.c.id, post.c.root).where(*_HERE, _AFAR[one]) for one in afar]
    named = union(_BY_NAME, *sought).cte("named")
    keys = union(
        select(post.c.network, post.c.id).join(named, named.c.id == post.c.id).where(*_HERE),
        select(post.c.network, post.c.id).join(named, named.c.root == post.c.root).where(*_HERE),
        select(post.c.network, post.c.id).where(*_HERE, post.c.root.in_(_several("names"))),
    ).cte("keys")
    near = _wanted(keys)
    if "repeated" not in afar:
        return near
    # What was read says this, and what is stored says the same: it is sought along.
    return union_all(near, _SAME_WORDS.add_columns(literal(True).label("far")))


def whole(
    connection: Connection, workspace: str, conversations: Collection[str], *, ours: Collection[Handle]
) -> Known:
    """The threads in which these conversations stand; `ours` are the accounts of ours."""
    if not conversations:
        return Known({}, {}, {}, frozenset(ours))
    given = {"of": workspace, "talks": sorted(conversations)}
    found = _posts(connection, _WHOLE, given)
    roots = {(one.post.network, one.root) for one in found[0] if one.root}
    return _about(connection, workspace, found, places=roots, conversations=conversations, ours=ours)


_WRITES = and_(
    contact.c.workspace_id == post.c.workspace_id,
    contact.c.network == post.c.network,
    contact.c.author_id == post.c.author_id,
)
_POSTS = select(post, *_AUTHOR).join_from(post, contact, _WRITES)
_SAME_WORDS = _POSTS.where(
    of(post),
    post.c.wording.is_not(None),
    post.c.network.in_(_several("networks")),
    post.c.wording.in_(_several("wordings")),
)
"""Words are kept for 90 days after all settled, so those that are said often come back in bounded numbers."""


def _wanted(keys: CTE) -> Select[Any]:
    """The posts at these keys."""
    stands = and_(of(post), post.c.network == keys.c.network, post.c.id == keys.c.id)
    found = select(post, *_AUTHOR, literal(False).label("far")).select_from(keys)
    return found.join(post, stands).join(contact, _WRITES)


_WHOLE = _wanted(_IN_PLACES.cte("keys"))


def _posts(
    connection: Connection,
    wanted: Select[Any] | CompoundSelect[Any],
    given: Mapping[str, Any],
    says: Collection[str] = (),
) -> tuple[Sequence[Placed], Sequence[Placed]]:
    """Those that were asked for, and those of ours anywhere with the words of ours among them, or with these.

    Most threads are without words of ours: two statements cost less than one that is both.
    """
    rows = connection.execute(wanted, given).all()
    near = [placed_of(row) for row in rows if not row.far]
    far = [placed_of(row) for row in rows if row.far]
    said = {(one.post.network, one.wording) for one in near if one.wording is not None}
    said -= {(network, one) for network in given.get("networks", ()) for one in says}
    if not said:
        return near, far
    networks, words = ({each[place] for each in said} for place in (0, 1))
    told = {"of": given["of"], "networks": sorted(networks), "wordings": sorted(words)}
    return near, [*far, *(placed_of(row) for row in connection.execute(_SAME_WORDS, told).all())]


def latest(connection: Connection, limit: int, *there: ColumnElement[bool]) -> Sequence[Post]:
    """Those of us that are the newest, and those that came to be known last, as far as none is known to be
    gone; where these are fewer, also the newest whose words are not kept any more."""
    stand = _POSTS.where(*there, post.c.gone_at.is_(None))
    ours = stand.where(post.c.wording.is_not(None)).order_by(post.c.created_at.desc(), post.c.id)
    last = stand.where(post.c.wiped_at.is_(None)).order_by(post.c.first_seen.desc(), post.c.id)
    rows = [row for wanted in (ours, last) for row in connection.execute(wanted.limit(limit))]
    if len(rows) < limit:
        # Without an address stands what somebody wrote who asked to be forgotten.
        wiped = stand.where(post.c.url != "").order_by(post.c.created_at.desc(), post.c.id)
        rows += connection.execute(wiped.limit(limit))
    return list({row.id: placed_of(row).post for row in rows}.values())


def written(connection: Connection, *there: ColumnElement[bool]) -> Sequence[Placed]:
    """The posts of which this holds, oldest first."""
    wanted = _POSTS.where(*there).order_by(post.c.created_at, post.c.id)
    return [placed_of(row) for row in connection.execute(wanted)]


def _about(
    connection: Connection,
    workspace: str,
    found: tuple[Sequence[Placed], Sequence[Placed]],
    *,
    places: Collection[tuple[str, str]],
    conversations: Collection[str] = (),
    ours: Collection[Handle],
) -> Known:
    placed, said = found
    ids = {*conversations, *(one.conversation for one in placed if one.conversation)}
    talks, presses = _conversations(connection, workspace, places, ids)
    return Known(posts=_by_id(placed), conversations=talks, presses=presses, ours=frozenset(ours), said=said)


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
    given = {
        "of": workspace,
        "ids": sorted(ids),
        "networks": sorted({network for network, _ in places}),
        "roots": sorted({root for _, root in places}),
    }
    rows = connection.execute(_CONVERSATIONS, given).all()
    found: dict[str, Conversation] = {}
    presses: defaultdict[str, set[Press]] = defaultdict(set)
    for row in rows:
        if row.id not in found:
            found[row.id] = conversation_of(row)
        if row.press_id:
            presses[row.id].add(press_of(row))
    return found, {key: frozenset(presses[key]) for key in found}
