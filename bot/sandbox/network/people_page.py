"""The network's pages as HTML: timeline, threads, and the forms to write with."""

from __future__ import annotations

from bot.sandbox.network.entities import Entities
from bot.sandbox.network.state import FORUM, HACKERNEWS, MASTODON, Account, Networks, NotThere, Post
from bot.sandbox.network.words import hashtags
from bot.sandbox.page.markup import esc, hidden, select

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
        """The networks."""
        links = "".join(
            f'<li><a href="/?network={network}">{name}</a></li>' for network, name in NAMES.items()
        )
        hint = "" if writer else "<p>Open the link that the sandbox printed to write here.</p>"
        return f'<ul><li><a href="/">All</a></li>{links}</ul>{hint}'

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
        listed = "".join(self._article(post) for post in posts[:SHOWN])
        return (self._new_posts(chosen) if writer else "") + listed

    def profile(self, acct: str, writer: bool) -> str:
        """An account and what it wrote."""
        account = self._networks.account(acct)
        posts = [
            post
            for post in self._networks.of_network(account.network)
            if post.author == account.id and self._shows(post, writer)
        ]
        listed = "".join(self._article(post) for post in reversed(posts))
        return f"<h2>{self._who(account)}</h2>{listed}"

    def thread(self, post_id: str, writer: bool) -> str:
        """From the root down, with the forms under the post that was asked for."""
        post = self._networks.live(post_id)
        if not self._shows(post, writer):
            raise NotThere(post_id)
        root = post
        while root.parent and not self._networks.posts[root.parent].deleted:
            root = self._networks.posts[root.parent]
        return f"<h2>Thread</h2>{self._branch(root, post, 0, writer)}"

    def _shows(self, post: Post, writer: bool) -> bool:
        return writer or self._networks.may_see(post, "")

    def _branch(self, post: Post, asked: Post, depth: int, writer: bool) -> str:
        if not self._shows(post, writer):
            return ""
        forms = self._forms(post) if writer and post is asked else ""
        indent = f" indent-{min(depth, DEEPEST_INDENT)}"
        own = self._article(post, forms, indent if depth else "")
        return own + "".join(
            self._branch(reply, asked, depth + 1, writer) for reply in self._networks.replies(post.id)
        )

    def _article(self, post: Post, forms: str = "", indent: str = "") -> str:
        author = self._networks.accounts[post.author]
        edited = " · edited" if post.edited_at else ""
        seen = "" if post.visibility == "public" else f" · {post.visibility}"
        title = f"<h3>{esc(post.title)}</h3>" if post.title else ""
        words = esc(post.text).replace("\n", "<br>")
        if post.warning:
            words = f"<details><summary>{esc(post.warning)}</summary>{words}</details>"
        pictures = "".join(
            f'<p class="meta">[picture: {esc(picture.get("alt", ""))}]</p>' for picture in post.pictures
        )
        return (
            f'<article class="{"reply" if indent else ""}{indent}" id="post-{post.id}">'
            f'<div class="meta">{self._who(author)} on {NAMES[post.network]} · '
            f'<a href="{esc(self._entities.page(post))}">{post.created_at:%d %b %H:%M} UTC</a>'
            f"{edited}{seen}</div>{title}<p>{words}</p>{pictures}{forms}</article>"
        )

    def _who(self, account: Account) -> str:
        bot = " (bot)" if account.bot else ""
        handle = f"@{esc(account.acct)}" if account.network == MASTODON else esc(account.acct)
        return f"<strong>{esc(account.name)}</strong> {handle}{bot}"

    def _writers(self, network: str) -> list[tuple[str, str]]:
        accounts = self._networks.accounts.values()
        return [(each.id, f"{each.name} ({each.acct})") for each in accounts if each.network == network]

    def _new_posts(self, networks: list[str]) -> str:
        return "".join(
            f"<details><summary>Write on {NAMES[each]}</summary>{self._new_post(each)}</details>"
            for each in networks
            if self._writers(each)
        )

    def _new_post(self, network: str) -> str:
        title = ""
        if network != MASTODON:
            title = '<label>Title <input type="text" name="title"></label>'
        return self._compose(network, {}, "", title)

    def _forms(self, post: Post) -> str:
        author = self._networks.accounts[post.author]
        named = f"@{author.acct} " if post.network == MASTODON else ""
        reply = self._compose(post.network, {"reply_to": post.id}, named, "")
        carried = hidden({"id": post.id})
        edit = (
            f'<form class="compose" method="post" action="/write/edit">{carried}'
            f'<label>Words <textarea name="text">{esc(post.text)}</textarea></label>'
            f'<label>Warning <input type="text" name="warning" value="{esc(post.warning)}"></label>'
            "<button>Save</button></form>"
        )
        return (
            f"{reply}<details><summary>Edit or delete as {esc(author.name)}</summary>{edit}"
            f'<form method="post" action="/write/delete">{carried}'
            '<button class="danger">Delete</button></form></details>'
        )

    def _compose(self, network: str, fields: dict[str, str], text: str, more: str) -> str:
        label = "Reply" if fields else "Post"
        options = ""
        if network == MASTODON:
            options = (
                f"<label>Seen by {select('visibility', 'Seen by', VISIBILITY)}</label>"
                '<label>Content warning <input type="text" name="warning"></label>'
            )
        return (
            f'<form class="compose" method="post" action="/write/post">{hidden(fields)}'
            f"<label>{label} as {select('author', f'{label} as', self._writers(network))}</label>{more}"
            f'<label>Words <textarea name="text" required>{esc(text)}</textarea></label>{options}'
            f"<button>{label}</button></form>"
        )
