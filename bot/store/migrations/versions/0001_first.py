"""All tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing to all tables, those first that others point to."""
    _ledger()
    _workspace()
    _contact()
    _conversation()
    _credential()
    _digest()
    _forgotten()
    _inbox()
    _look()
    _message()
    _note()
    _nudge()
    _source()
    _teammate()
    _watch()
    _work()
    _evidence()
    _handle()
    _journal()
    _message_shows()
    _post()
    _quarantine()
    _watch_source()
    _post_ref()


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("host", "method", "template", name=op.f("pk_ledger")),
    )


def _workspace() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("bot_user", sa.String(), nullable=True),
        sa.Column("pepper", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("team", name=op.f("uq_workspace_team")),
    )


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_contact_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "network", "author_id", name=op.f("pk_contact")),
    )


def _conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("handle_id", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("endpoint", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("asked", sa.String(), nullable=True),
        sa.Column("wake_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("standing", Json, nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_conversation_revision")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_conversation_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "workspace_id",
            "network",
            "root",
            "author",
            "episode",
            name=op.f("uq_conversation_workspace_id_network_root_author_episode"),
        ),
    )
    op.create_index(
        "ix_conversation_asked",
        "conversation",
        ["workspace_id", "asked"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'snoozed')"),
        postgresql_where=sa.text("status IN ('open', 'snoozed')"),
    )
    op.create_index("ix_conversation_author", "conversation", ["workspace_id", "author"], unique=False)
    op.create_index(
        "ix_conversation_holder",
        "conversation",
        ["workspace_id", "holder"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'snoozed')"),
        postgresql_where=sa.text("status IN ('open', 'snoozed')"),
    )
    op.create_index(
        "ix_conversation_settled",
        "conversation",
        ["workspace_id", "settled_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversation_waiting",
        "conversation",
        ["workspace_id", "waiting_since", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open' AND lane = 'to us'"),
        postgresql_where=sa.text("status = 'open' AND lane = 'to us'"),
    )
    op.create_index(
        "ix_conversation_wake",
        "conversation",
        ["workspace_id", "wake_at"],
        unique=False,
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_credential_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_credential")),
    )


def _digest() -> None:
    op.create_table(
        "digest",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_digest_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "local_date", name=op.f("pk_digest")),
    )
    op.create_index("ix_digest_message", "digest", ["workspace_id", "message_id"], unique=False)


def _forgotten() -> None:
    op.create_table(
        "forgotten",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_forgotten_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "network", "digest", name=op.f("pk_forgotten")),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_inbox_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_inbox_workspace_id_key")),
    )
    op.create_index(
        "ix_inbox_unfinished",
        "inbox",
        ["workspace_id", "received_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _look() -> None:
    op.create_table(
        "look",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_look_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "day", name=op.f("pk_look")),
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("days", Json, nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("press", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('sending', 'sent', 'unknown', 'not sent', 'dead')", name=op.f("ck_message_state")
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_message_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_message")),
    )
    op.create_index(
        "ix_message_day",
        "message",
        ["workspace_id", "place", "day"],
        unique=False,
        sqlite_where=sa.text("day IS NOT NULL"),
        postgresql_where=sa.text("day IS NOT NULL"),
    )
    op.create_index("ix_message_person", "message", ["workspace_id", "person", "created_at"], unique=False)
    op.create_index(
        "ix_message_sending",
        "message",
        ["workspace_id", "lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_message_stands",
        "message",
        ["workspace_id", "channel", "ts"],
        unique=True,
        sqlite_where=sa.text("ts IS NOT NULL"),
        postgresql_where=sa.text("ts IS NOT NULL"),
    )


def _nudge() -> None:
    op.create_table(
        "nudge",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("teammate_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_nudge_workspace_id")),
        sa.PrimaryKeyConstraint(
            "workspace_id", "teammate_id", "conversation_id", "wait", "step", name=op.f("pk_nudge")
        ),
    )
    op.create_index("ix_nudge_message", "nudge", ["workspace_id", "message_id"], unique=False)


def _source() -> None:
    op.create_table(
        "source",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("health", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("history_before", UtcDateTime(), nullable=True),
        sa.Column("last_success", UtcDateTime(), nullable=True),
        sa.Column("last_try", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_source_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_source")),
        sa.UniqueConstraint(
            "workspace_id",
            "network",
            "endpoint",
            "kind",
            "query",
            "credential_id",
            name=op.f("uq_source_workspace_id_network_endpoint_kind_query_credential_id"),
        ),
    )


def _teammate() -> None:
    op.create_table(
        "teammate",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("days", Json, nullable=False),
        sa.Column("can_be_assigned", sa.Boolean(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("rings_a_day", sa.Integer(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.CheckConstraint("rings_a_day BETWEEN 0 AND 3", name=op.f("ck_teammate_rings")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_teammate_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_teammate")),
        sa.UniqueConstraint("workspace_id", "slack_user", name=op.f("uq_teammate_workspace_id_slack_user")),
    )


def _watch() -> None:
    op.create_table(
        "watch",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_watch_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_watch")),
    )


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_work_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_work")),
        sa.UniqueConstraint(
            "workspace_id", "kind", "subject", name=op.f("uq_work_workspace_id_kind_subject")
        ),
    )
    op.create_index("ix_work_ready", "work", ["ready_at", "kind"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("strength", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("mentions", Json, nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "conversation_id"],
            ["conversation.workspace_id", "conversation.id"],
            name=op.f("fk_evidence_workspace_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_evidence_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", "token", name=op.f("pk_evidence")),
    )


def _handle() -> None:
    op.create_table(
        "handle",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("teammate_id", sa.String(), nullable=True),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "teammate_id"],
            ["teammate.workspace_id", "teammate.id"],
            name=op.f("fk_handle_workspace_id_teammate_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_handle_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_handle")),
    )
    op.create_index("ix_handle_account", "handle", ["workspace_id", "network", "author_id"], unique=False)


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("face", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("press_id", sa.String(), nullable=True),
        sa.Column("covers", Json, nullable=False),
        sa.Column("to", sa.String(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("undoes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "conversation_id"],
            ["conversation.workspace_id", "conversation.id"],
            name=op.f("fk_journal_workspace_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_journal_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_journal")),
    )
    op.create_index(
        "ix_journal_conversation", "journal", ["workspace_id", "conversation_id", "number"], unique=False
    )
    op.create_index("ix_journal_verb", "journal", ["workspace_id", "verb", "at"], unique=False)


def _message_shows() -> None:
    op.create_table(
        "message_shows",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "message_id"],
            ["message.workspace_id", "message.id"],
            name=op.f("fk_message_shows_workspace_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_message_shows_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", "place", name=op.f("pk_message_shows")),
    )
    op.create_index(
        "ix_message_shows_conversation",
        "message_shows",
        ["workspace_id", "conversation_id", "message_id"],
        unique=False,
    )


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("press_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_note_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "press_id", name=op.f("pk_note")),
    )


def _post() -> None:
    op.create_table(
        "post",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("warning", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.Column("named_us_at", UtcDateTime(), nullable=True),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.Column("missing_since", UtcDateTime(), nullable=True),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.Column("wiped_at", UtcDateTime(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("told_root", sa.String(), nullable=True),
        sa.Column("root", sa.String(), nullable=True),
        sa.Column("refs", Json, nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("client", sa.String(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("wording", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "conversation_id"],
            ["conversation.workspace_id", "conversation.id"],
            name=op.f("fk_post_workspace_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "network", "author_id"],
            ["contact.workspace_id", "contact.network", "contact.author_id"],
            name=op.f("fk_post_workspace_id_network_author_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_post_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "network", "id", name=op.f("pk_post")),
    )
    op.create_index("ix_post_author", "post", ["workspace_id", "author_id", "created_at"], unique=False)
    op.create_index(
        "ix_post_matched",
        "post",
        ["workspace_id", "created_at", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("conversation_id IS NOT NULL"),
        postgresql_where=sa.text("conversation_id IS NOT NULL"),
    )
    op.create_index("ix_post_root", "post", ["workspace_id", "network", "root"], unique=False)
    op.create_index(
        "ix_post_wording",
        "post",
        ["workspace_id", "network", "wording", "created_at"],
        unique=False,
        sqlite_where=sa.text("wording IS NOT NULL"),
        postgresql_where=sa.text("wording IS NOT NULL"),
    )
    op.create_index(
        "ix_post_words",
        "post",
        ["workspace_id", "first_seen"],
        unique=False,
        sqlite_where=sa.text("wiped_at IS NULL"),
        postgresql_where=sa.text("wiped_at IS NULL"),
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "source_id"],
            ["source.workspace_id", "source.id"],
            name=op.f("fk_quarantine_workspace_id_source_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_quarantine_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "source_id", "ref", name=op.f("pk_quarantine")),
    )


def _watch_source() -> None:
    op.create_table(
        "watch_source",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("watch_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "source_id"],
            ["source.workspace_id", "source.id"],
            name=op.f("fk_watch_source_workspace_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "watch_id"],
            ["watch.workspace_id", "watch.id"],
            name=op.f("fk_watch_source_workspace_id_watch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_watch_source_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "watch_id", "source_id", name=op.f("pk_watch_source")),
    )
    op.create_index("ix_watch_source_source", "watch_source", ["workspace_id", "source_id"], unique=False)


def _post_ref() -> None:
    op.create_table(
        "post_ref",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("post_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "network", "post_id"],
            ["post.workspace_id", "post.network", "post.id"],
            name=op.f("fk_post_ref_workspace_id_network_post_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_post_ref_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "network", "ref", name=op.f("pk_post_ref")),
    )
    op.create_index("ix_post_ref_post", "post_ref", ["workspace_id", "network", "post_id"], unique=False)
