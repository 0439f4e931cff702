"""The network's pages as HTML: timeline, threads, and the forms to write with."""

from __future__ import annotations

from bot.sandbox.network.entities import Entities
from bot.sandbox.network.state import FORUM, HACKERNEWS, MASTODON, Account, Networks, NotThere, Post
from bot.sandbox.network.words import hashtags
from bot.sandbox.page.markup import esc, hidden, initials, select

NAMES = {MASTODON: "Mastodon", HACKERNEWS: "Hacker News", FORUM: "Forum"}
SHOWN = 100
DEEPEST_INDENT = 4
VISIBILITY = [
    ("public", "Everybody"),
    ("unlisted", "Everybody, quietly"),
    ("private", "Followers"),
    ("direct", "Those named"),
]


class PeoplePage:
    """Draws pages; `writer` says whether the reader may write and see everything."""

    def __init__(self, networks: Networks, entities: Entities) -> None:
        self._networks = networks
        self._entities = entities

    def side(self, writer: bool) -> str:
        """The networks that somebody is on."""
        links = "".join(
            f'<li><a href="/?network={network}">{name}</a></li>'
            for network, name in NAMES.items()
            if self._writers(network)
        )
        hint = "" if writer else "<p>To write here, open the link that the sandbox printed.</p>"
        return f'<h2>The network</h2><ul><li><a href="/">Everything</a></li>{links}</ul>{hint}'

    def timeline(self, network: str, tag: str, writer: bool) -> str:
        """The newest first."""
        chosen = [network] if network in NAMES else list(NAMES)
        posts = [
            post
            for each in chosen
            for post in self._networks.of_network(each)
            if self._shows(post, writer) and (not tag or tag.lower() in hashtags(post.text))
        ]
        posts.sort(key=lambda post: post.created_at, reverse=True)
        listed = "".join(self._article(post, self._reply(post, writer)) for post in posts[:SHOWN])
        title = f"#{esc(tag)}" if tag else NAMES.get(network, "The network")
        return f"<h1>{title}</h1>{self._new_posts(chosen) if writer else ''}{listed}"

    def profile(self, acct: str, writer: bool) -> str:
        """An account and what it wrote."""
        account = self._networks.account(acct)
        posts = [
            post
            for post in self._networks.of_network(account.network)
            if post.author == account.id and self._shows(post, writer)
        ]
        listed = "".join(self._article(post, self._reply(post, writer)) for post in reversed(posts))
        return f"<h1>{self._who(account)}</h1>{listed}"

    def thread(self, post_id: str, writer: bool) -> str:
        """From the root down, with the reply form open under the post that was asked for."""
        post = self._networks.live(post_id)
        if not self._shows(post, writer):
            raise NotThere(post_id)
        root = post
        while root.parent and not self._networks.posts[root.parent].deleted:
            root = self._networks.posts[root.parent]
        return f"<h1>Thread</h1>{self._branch(root, post, 0, writer)}"

    def _shows(self, post: Post, writer: bool) -> bool:
        return writer or self._networks.may_see(post, "")

    def _branch(self, post: Post, asked: Post, depth: int, writer: bool) -> str:
        if not self._shows(post, writer):
            return ""
        forms = self._reply(post, writer, opened=post is asked)
        forms += self._change(post) if writer and post is asked else ""
        indent = f"indent-{min(depth, DEEPEST_INDENT)}" if depth else ""
        own = self._article(post, forms, f"{indent}{' asked' if post is asked else ''}")
        return own + "".join(
            self._branch(reply, asked, depth + 1, writer) for reply in self._networks.replies(post.id)
        )

    def _article(self, post: Post, forms: str, kind: str = "") -> str:
        author = self._networks.accounts[post.author]
        edited = " · edited" if post.edited_at else ""
        seen = (
            "" if post.visibility == "public" else f" · seen by: {dict(VISIBILITY)[post.visibility].lower()}"
        )
        title = f'<h3 dir="auto">{esc(post.title)}</h3>' if post.title else ""
        words = f'<p dir="auto">{esc(post.text)}</p>'.replace("\n", "<br>")
        if post.warning:
            warned = f"Content warning: {esc(post.warning)}"
            words = f'<details id="words-{post.id}"><summary>{warned}</summary>{words}</details>'
        pictures = "".join(_picture(each.get("alt", "")) for each in post.pictures)
        return (
            f'<article class="post {kind}" id="post-{post.id}">{initials(author.name)}<div class="body">'
            f'<div class="meta">{self._who(author)} · '
            f'<a href="{esc(self._entities.page_here(post))}">{post.created_at:%d %b %H:%M} UTC</a> '
            f"on {NAMES[post.network]}{self._at(post)}{self._to_whom(post)}{edited}{seen}{_from(post)}</div>"
            f"{title}{words}{pictures}{forms}</div></article>"
        )

    def _at(self, post: Post) -> str:
        """The server, where the author's handle does not name it, and when it came from another one."""
        if post.arrived_at:
            return f", here since {post.arrived_at:%H:%M}"
        is_here = post.network == MASTODON and "@" not in self._networks.accounts[post.author].acct
        return f" at {esc(self._networks.domain)}" if is_here else ""

    def _to_whom(self, post: Post) -> str:
        parent = self._networks.posts.get(post.parent)
        if parent is None or parent.deleted:
            return ""
        name = self._networks.accounts[parent.author].name
        return f' · in reply to <a href="{esc(self._entities.page_here(parent))}">{esc(name)}</a>'

    def _who(self, account: Account) -> str:
        bot = " (bot)" if account.bot else ""
        handle = f"@{esc(account.acct)}" if account.network == MASTODON else esc(account.acct)
        return f"<strong>{esc(account.name)}</strong> {handle}{bot}"

    def _writers(self, network: str) -> list[tuple[str, str]]:
        """Whoever writes here; people of another server of this world write there."""
        known = self._networks.accounts.values()
        here = [each for each in known if each.network == network and each.home is None]
        return [(each.id, f"{each.name} ({each.acct})") for each in here]

    def _ours(self, network: str) -> list[Account]:
        """The accounts of this server: in the story, the team's own."""
        accounts = self._networks.accounts.values()
        return [each for each in accounts if each.network == network == MASTODON and "@" not in each.acct]

    def _new_posts(self, networks: list[str]) -> str:
        return "".join(
            f'<details class="write" id="write-{each}"><summary>Write a new post on {NAMES[each]}</summary>'
            f"{self._new_post(each)}</details>"
            for each in networks
            if self._writers(each)
        )

    def _new_post(self, network: str) -> str:
        title = ""
        if network != MASTODON:
            title = '<label><span class="label">Title</span><input type="text" name="title"></label>'
        hint = "For example: @acme How do I export?" if network == MASTODON else ""
        words = f'<textarea name="text" aria-label="Words" placeholder="{hint}" required></textarea>'
        return (
            f'<form class="compose" method="post" action="/write/post">{title}{words}'
            f"{self._options(network)}{self._as_anyone(network, 'Post')}</form>"
        )

    def _reply(self, post: Post, writer: bool, *, opened: bool = False) -> str:
        """One press for each of us; anybody else is chosen first."""
        if not writer:
            return ""
        author = self._networks.accounts[post.author]
        named = f"@{author.acct} " if post.network == MASTODON else ""
        ours = "".join(
            f'<button name="as" value="{esc(each.id)}">Reply as {esc(each.name)}</button>'
            for each in self._ours(post.network)
        )
        label = f"Reply to {author.name}"
        return (
            f'<details class="write" id="reply-{post.id}"{" open" if opened else ""}>'
            f'<summary aria-label="{esc(label)} by hand">Reply by hand</summary>'
            f'<form class="compose" method="post" action="/write/post">{hidden({"reply_to": post.id})}'
            f'<textarea name="text" aria-label="{esc(label)}" required>{esc(named)}</textarea>'
            f'<div class="row many">{ours}</div>'
            "<details><summary>Reply as somebody else, or not to everybody</summary>"
            f"{self._options(post.network)}{self._as_anyone(post.network, 'Reply')}"
            "</details></form></details>"
        )

    def _as_anyone(self, network: str, label: str) -> str:
        who = select("author", f"{label} as", self._writers(network))
        return f'<div class="row"><span>{label} as</span>{who}<button>{label}</button></div>'

    def _options(self, network: str) -> str:
        if network != MASTODON:
            return ""
        return (
            f'<label><span class="label">Seen by</span>{select("visibility", "Seen by", VISIBILITY)}</label>'
            '<label><span class="label">Content warning (optional)</span>'
            '<input type="text" name="warning"></label>'
        )

    def _change(self, post: Post) -> str:
        author = self._networks.accounts[post.author]
        if author.home:
            return ""
        carried = hidden({"id": post.id})
        return (
            f"<details><summary>Edit or delete as {esc(author.name)}</summary>"
            f'<form class="compose" method="post" action="/write/edit">{carried}'
            f'<textarea name="text" aria-label="Words">{esc(post.text)}</textarea>'
            '<label><span class="label">Content warning</span>'
            f'<input type="text" name="warning" value="{esc(post.warning)}"></label>'
            "<button>Save</button></form>"
            f'<form method="post" action="/write/delete">{carried}'
            '<button class="danger">Delete</button></form></details>'
        )


def _picture(alt: str) -> str:
    """What it shows, in its author's words; nothing is loaded from elsewhere."""
    return f'<p class="picture"><span class="meta">Picture:</span> {esc(alt or "not described")}</p>'


def _from(post: Post) -> str:
    """Where it was posted from, as far as it says."""
    return f" · from {esc(post.application)}" if post.application else ""
