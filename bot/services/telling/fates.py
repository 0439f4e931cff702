"""What becomes of a message that Slack refuses for good, by Slack's error name: one row a code."""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """What is done next about a message that was certainly not posted."""

    RETRY = "retry"
    LEAD = "hand to a lead"
    FOLD = "fold into the digest"
    STOP = "stop"


CHANNEL_IS_SHARED = "channel_is_shared"

FATES = {
    # The place is shut: a lead must choose another, and gets the digest meanwhile.
    "is_archived": Fate.LEAD,
    "channel_not_found": Fate.LEAD,
    "not_in_channel": Fate.LEAD,
    # Another organisation would read along: asked before the call, so Slack has no name for it.
    CHANNEL_IS_SHARED: Fate.LEAD,
    # A scope is missing: only who installed the app can add it; the day's digest still goes to a lead.
    "missing_scope": Fate.LEAD,
    # The copy that should be edited is gone: there is nothing left to keep true.
    "message_not_found": Fate.STOP,
    # The person cannot be written to: what they hold shows in the channel.
    "user_disabled": Fate.FOLD,
    "messages_tab_disabled": Fate.FOLD,
    # The app was removed: nothing can be sent until it is installed again.
    "account_inactive": Fate.RETRY,
    "token_revoked": Fate.RETRY,
}

LEAVERS = frozenset({"user_disabled"})
"""Codes after which nobody may be asked for them: what they hold returns to the team's list."""


def fate_of(code: str, *, to_person: bool) -> Fate:
    """The row for a code; a person's message never goes to a lead, it folds. Unknown codes fold or stop."""
    fate = FATES.get(code, Fate.STOP)
    if to_person and fate in (Fate.LEAD, Fate.STOP):
        return Fate.FOLD
    return fate
