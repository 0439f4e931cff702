"""The errors of reading a network and of sending to Slack, named by what to do next.

ReadingError
  Unavailable      try again later, with back-off
  RateLimited      try again after `until`
  OverBudget       the month's money is spent: try again next month, or after a person raised the budget
  NeedsSignIn      a person must mend the credential: tell its owner, keep the cursor, try once a day
  Gone             this id is not there now: it counts as deleted only when seen twice
  ChangedFormat    the whole answer cannot be read: move no cursor, keep a sample, tell the maintainers
  CanWrite         the credential could publish: refuse it
  Refused          our own door said no: a bug or an attack, never retried

SendingError
  NotSent          certainly not posted: decide anew later
  Ambiguous        may have been posted: never again
  Rejected         Slack's permanent no, by its code

Unstorable         the database refused a value of a batch: halve the batch until the bad one is alone
"""

from __future__ import annotations

from datetime import datetime


class ReadingError(Exception):
    """Reading a network failed."""


class Unavailable(ReadingError):
    """The network did not answer properly; try again later."""


class RateLimited(ReadingError):
    """The network asked us to wait until `until` (UTC)."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class OverBudget(RateLimited):
    """Reading on would cost more than the team allows in a month; `until` is when the next one begins."""


class NeedsSignIn(ReadingError):
    """The network refused the credential; a person must mend it."""


class Gone(ReadingError):
    """The network says that this id does not exist (404) or no longer does (410)."""


class ChangedFormat(ReadingError):
    """The answer is not what the documentation describes, as a whole."""


class CanWrite(ReadingError):
    """The credential carries a scope that could publish; By Hand refuses it."""


class Refused(ReadingError):
    """The door refused the request before anything was sent, or an answer that broke its rules."""


class SendingError(Exception):
    """A message was not certainly posted. Told apart by what may be done next."""


class NotSent(SendingError):
    """It certainly was not posted (refused, or never reached Slack); decide anew at `until` (UTC)."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class Ambiguous(SendingError):
    """The answer was lost: it may stand in Slack. Never sent again."""


class Rejected(SendingError):
    """Slack's permanent no; `code` is Slack's error name, looked up in the table of fates."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unstorable(Exception):
    """The database refused a value; nothing of the transaction was kept. Names no value."""
