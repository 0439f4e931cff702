"""What Slack knows of the app, whichever workspace it is installed in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from bot.sandbox.log import Ground
from bot.sandbox.slack.manifest import Manifest

SETS = ("scopes", "optional_scopes", "events")


def _secret(prefix: str = "") -> str:
    return prefix + secrets.token_hex(16)


@dataclass(slots=True)
class App:
    """The app's page at api.slack.com: its manifest, and the secrets that Slack made for it."""

    ground: Ground
    manifest: Manifest
    app_id: str = "A0STANDIN"
    client_id: str = "10101.20202"
    app_token: str = field(default_factory=lambda: _secret("xapp-standin-"))
    client_secret: str = field(default_factory=_secret)
    signing_secret: str = field(default_factory=_secret)
    verification: str = field(default_factory=_secret)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def change(self, **facts: Any) -> None:
        """Another manifest, as when it is edited on the app's page; `facts` are fields of Manifest."""
        sets = {name: frozenset(facts[name]) for name in SETS if name in facts}
        self.manifest = replace(self.manifest, **facts | sets)

    def new_id(self, prefix: str) -> str:
        """An id of Slack's form, unlike any other of this run."""
        return f"{prefix}0STAND{next(self._ids):05d}"
