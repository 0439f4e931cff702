"""Networks on which anything may happen, one file for each, each with a log of its own for the referee."""

from __future__ import annotations

from tests.e2e.kinds.bluesky import Bluesky
from tests.e2e.kinds.discourse import Discourse
from tests.e2e.kinds.lived import Lived
from tests.e2e.kinds.mastodon import Mastodon
from tests.e2e.kinds.rss import Rss

KINDS: tuple[type[Lived], ...] = (Mastodon, Discourse, Rss, Bluesky)
