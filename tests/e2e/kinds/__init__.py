"""Networks on which anything may happen, one file for each, each with a log of its own for the referee."""

from __future__ import annotations

from tests.e2e.kinds.bluesky import Bluesky
from tests.e2e.kinds.devto import Devto
from tests.e2e.kinds.discourse import Discourse
from tests.e2e.kinds.github import Github
from tests.e2e.kinds.hackernews import Hackernews
from tests.e2e.kinds.lemmy import Lemmy
from tests.e2e.kinds.lived import Lived
from tests.e2e.kinds.mastodon import Mastodon
from tests.e2e.kinds.reddit import Reddit
from tests.e2e.kinds.rss import Rss
from tests.e2e.kinds.stackexchange import Stackexchange
from tests.e2e.kinds.wordpress import Wordpress
from tests.e2e.kinds.x import X
from tests.e2e.kinds.youtube import Youtube

OF_A_KIND: tuple[type[Lived], ...] = (Mastodon, Discourse, Rss)
"""Posts that point to what they answer, posts in an order, and a feed."""
OFTEN_PLAYED = (*OF_A_KIND, Bluesky, Github)
"""In a quick run too; the others answer as one of these does."""
KINDS: tuple[type[Lived], ...] = (
    *OF_A_KIND, Bluesky, Github, Reddit, X, Lemmy, Hackernews, Stackexchange, Wordpress, Youtube, Devto,
)  # fmt: skip
