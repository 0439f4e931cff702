"""The only two tables with the words and names of people outside, and how posts are found and forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Table
from sqlmodel import Field

from bot.store.tables.columns import Row, big, ids, metadata, moment, owner, partial


class ContactRow(Row, table=True):
    """An author, outside or ours, as the network names them; found by the network's own id."""

    __tablename__ = "contact"

    workspace_id: str = owner()
    network: str = Field(primary_key=True)
    author_id: str = Field(primary_key=True)
    handle: str
    name: str
    url: str | None
    is_bot: bool


class PostRow(Row, table=True):
    """One public message. `root` is its place; `told_root` is what the network said.

    `missing_since` is when a look did not find it, if nothing saw it since; `wiped_at` when its words were
    emptied, and they never come back after that. `wording` is a hash, of our own posts alone.
    """

    __tablename__ = "post"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "network", "author_id"],
            ["contact.workspace_id", "contact.network", "contact.author_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "conversation_id"], ["conversation.workspace_id", "conversation.id"]
        ),
        Index("ix_post_root", "workspace_id", "network", "root"),
        Index("ix_post_author", "workspace_id", "author_id", "created_at"),
        partial(
            "ix_post_matched",
            "workspace_id",
            "created_at",
            "conversation_id",
            where="conversation_id IS NOT NULL",
        ),
        partial(
            "ix_post_wording",
            "workspace_id",
            "network",
            "wording",
            "created_at",
            where="wording IS NOT NULL",
        ),
        partial("ix_post_words", "workspace_id", "first_seen", where="wiped_at IS NULL"),
    )

    workspace_id: str = owner()
    network: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    author_id: str
    url: str
    text: str
    warning: str | None
    created_at: datetime = moment()
    edited_at: datetime | None = moment(optional=True)
    named_us_at: datetime | None = moment(optional=True)
    gone_at: datetime | None = moment(optional=True)
    missing_since: datetime | None = moment(optional=True)
    first_seen: datetime = moment()
    wiped_at: datetime | None = moment(optional=True)
    parent: str | None
    told_root: str | None
    root: str | None
    refs: Any = ids()
    names: Any = ids()
    visibility: str
    audience: str | None
    language: str | None
    client: str | None
    position: int | None = big(optional=True)
    lane: str | None
    conversation_id: str | None
    source_id: str | None
    wording: str | None
    sign: str | None
    member_of: str | None


class PostRefRow(Row, table=True):
    """Every name of a post, its own id included, so that parents are found by either."""

    __tablename__ = "post_ref"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "network", "post_id"],
            ["post.workspace_id", "post.network", "post.id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        Index("ix_post_ref_post", "workspace_id", "network", "post_id"),
    )

    workspace_id: str = owner()
    network: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    post_id: str


class ForgottenRow(Row, table=True):
    """The keyed hash of a person who asked to be forgotten."""

    __tablename__ = "forgotten"

    workspace_id: str = owner()
    network: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    at: datetime = moment()


contact: Table = metadata.tables["contact"]
post: Table = metadata.tables["post"]
post_ref: Table = metadata.tables["post_ref"]
forgotten: Table = metadata.tables["forgotten"]
