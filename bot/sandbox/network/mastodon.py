"""The reading half of Mastodon's REST API, as its documentation has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.network import words
from bot.sandbox.network.asking import Asking
from bot.sandbox.network.entities import Entities
from bot.sandbox.network.paging import HasId, link_header, window
from bot.sandbox.network.state import MASTODON, Account, Networks, NotThere, Post, order

# Anonymous readers of a thread get this much (networks.md, 1.2).
ANCESTORS, DESCENDANTS, DEPTH = 40, 60, 20
ALL_OF_IT = 4096
MOST_TAGS = 4
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"

Json = dict[str, Any]
Answer = Callable[[Request], Response]


class Mastodon:
    """The endpoints; each is called with the lock held."""

    def __init__(self, networks: Networks, entities: Entities) -> None:
        self._networks = networks
        self._entities = entities
        self.asking = Asking(networks)

    def answers(self) -> dict[str, Answer]:
        """Path -> what answers it."""
        return {
            "/api/v1/apps/verify_credentials": self.app_credentials,
            "/api/v1/accounts/verify_credentials": self.own_account,
            "/api/v1/accounts/lookup": self.lookup,
            "/api/v1/accounts/{id}": self.account,
            "/api/v1/accounts/{id}/statuses": self.account_statuses,
            "/api/v1/notifications": self.notifications,
            "/api/v1/notifications/{id}": self.notification,
            "/api/v1/statuses": self.statuses,
            "/api/v1/statuses/{id}": self.status,
            "/api/v1/statuses/{id}/context": self.context,
            "/api/v1/statuses/{id}/history": self.history,
            "/api/v1/timelines/public": self.public,
            "/api/v1/timelines/tag/{hashtag}": self.tag,
            "/api/v1/instance": self.instance,
            "/api/v2/instance": self.instance,
            "/.well-known/webfinger": self.webfinger,
        }

    def app_credentials(self, request: Request) -> Response:
        """The app behind a token, with its scopes (since 4.3)."""
        scopes = sorted(self.asking.token(request).scopes)
        return JSONResponse(
            {
                "id": "1",
                "name": "By Hand",
                "website": None,
                "scopes": scopes,
                "redirect_uri": OUT_OF_BAND,
                "redirect_uris": [OUT_OF_BAND],
            }
        )

    def own_account(self, request: Request) -> Response:
        """Whose token it is."""
        account = self._networks.accounts[self.asking.user(request, "profile", "read:accounts")]
        source = {"privacy": "public", "sensitive": False, "language": None, "note": "", "fields": []}
        return JSONResponse(self._entities.account(account) | {"source": source})

    def lookup(self, request: Request) -> Response:
        """By acct, with or without the local server's name or the host that its profiles stand on."""
        self.asking.viewer(request, "read:accounts")
        asked = request.query_params.get("acct", "").removesuffix(f"@{urlsplit(self._entities.pages).netloc}")
        account = self._networks.account(asked, MASTODON)
        return JSONResponse(self._entities.account(account))

    def account(self, request: Request) -> Response:
        """By id."""
        self.asking.viewer(request, "read:accounts")
        return JSONResponse(self._entities.account(self._account(request)))

    def account_statuses(self, request: Request) -> Response:
        """What an account wrote, as far as the reader may see it."""
        author, viewer = self._account(request), self.asking.viewer(request, "read:statuses")
        query = request.query_params
        boosts = () if _true(query.get("exclude_reblogs")) else self._boosts()
        found = [
            post
            for post in (*self._networks.of_network(MASTODON), *boosts)
            if post.author == author.id
            and self._networks.may_see(post, viewer)
            and not (_true(query.get("exclude_replies")) and self._to_another(post))
            and not (_true(query.get("only_media")) and not post.pictures)
            and _tag(query.get("tagged", "")) in ("", *words.hashtags(post.text))
        ]
        # Nobody pins here.
        found = [] if _true(query.get("pinned")) else sorted(found, key=order)
        return self._page(request, found, self._entities.status, (20, 40))

    def notifications(self, request: Request) -> Response:
        """Of the token's account; filtered ones only when asked for."""
        account = self.asking.user(request, "read:notifications")
        query = request.query_params
        types, without = query.getlist("types[]"), query.getlist("exclude_types[]")
        found = [
            each
            for each in self._networks.notices.of(account)
            if (not types or each.kind in types)
            and each.kind not in without
            and query.get("account_id", each.by) == each.by
            and (_true(query.get("include_filtered")) or not each.filtered)
        ]
        return self._page(request, found, self._entities.notification, (40, 80))

    def notification(self, request: Request) -> Response:
        """One, by id."""
        account = self.asking.user(request, "read:notifications")
        for each in self._networks.notices.of(account):
            if each.id == request.path_params["id"]:
                return JSONResponse(self._entities.notification(each))
        raise NotThere("notification")

    def statuses(self, request: Request) -> Response:
        """Several by id; those that are not there are left out."""
        viewer = self.asking.viewer(request, "read:statuses")
        wanted = request.query_params.getlist("id[]")
        found = [
            post
            for post in self._networks.of_network(MASTODON)
            if post.id in wanted and self._networks.may_see(post, viewer)
        ]
        return JSONResponse([self._entities.status(post) for post in found])

    def status(self, request: Request) -> Response:
        """By id; 404 for what is deleted or hidden from the reader."""
        return JSONResponse(self._entities.status(self._post(request)))

    def history(self, request: Request) -> Response:
        """Every version, oldest first, with the one that stands."""
        post = self._post(request)
        versions = [*post.history, post.version]
        return JSONResponse([self._entities.version(post, each) for each in versions])

    def context(self, request: Request) -> Response:
        """The thread above and below; less of it for anonymous readers."""
        post, viewer = self._post(request), self.asking.viewer(request, "read:statuses")
        up, down, depth = (ALL_OF_IT, ALL_OF_IT, ALL_OF_IT) if viewer else (ANCESTORS, DESCENDANTS, DEPTH)
        above = [each for each in self._above(post) if self._networks.may_see(each, viewer)]
        below = [each for each in self._below(post, depth) if self._networks.may_see(each, viewer)]
        return JSONResponse(
            {
                "ancestors": [self._entities.status(each) for each in above[-up:]],
                "descendants": [self._entities.status(each) for each in below[:down]],
            }
        )

    def public(self, request: Request) -> Response:
        """What everybody may see."""
        return self._timeline(request, lambda _post: True)

    def tag(self, request: Request) -> Response:
        """Public posts with a hashtag; any[], all[] and none[] name more, four of each."""
        query = request.query_params
        any_of = {_tag(request.path_params["hashtag"]), *_tags(query.getlist("any[]"))}
        all_of, none_of = set(_tags(query.getlist("all[]"))), set(_tags(query.getlist("none[]")))

        def matches(post: Post) -> bool:
            tags = set(words.hashtags(post.text))
            return bool(tags & any_of) and all_of <= tags and not tags & none_of

        return self._timeline(request, matches)

    def _timeline(self, request: Request, matches: Callable[[Post], bool]) -> Response:
        self.asking.viewer(request, "read:statuses")
        query = request.query_params
        local, remote = _true(query.get("local")), _true(query.get("remote"))
        found = [
            post
            for post in self._networks.of_network(MASTODON)
            if post.visibility == "public"
            and matches(post)
            and not (local and self._is_remote(post))
            and not (remote and not self._is_remote(post))
            and not (_true(query.get("only_media")) and not post.pictures)
        ]
        return self._page(request, found, self._entities.status, (20, 40))

    def instance(self, request: Request) -> Response:
        """What the server is."""
        domain = self._networks.domain
        return JSONResponse(
            {
                "domain": domain,
                "uri": domain,
                "title": "A stand-in network",
                "version": "4.5.0",
                "source_url": "https://joinmastodon.example/",
                "description": "A stand-in, not Mastodon",
                "configuration": {"urls": {}, "statuses": {"max_characters": 500}},
                "api_versions": {"mastodon": 7},
            }
        )

    def webfinger(self, request: Request) -> Response:
        """acct:name@server -> the account's page, and where to answer from."""
        resource = request.query_params.get("resource", "").removeprefix("acct:")
        account = self._networks.account(resource, MASTODON)
        page = self._entities.profile(account)
        pages = page.rpartition("/@")[0]
        template = f"{pages}/authorize_interaction?uri={{uri}}"
        subscribe = "http://ostatus.org/schema/1.0/subscribe"
        links = [
            {"rel": "http://webfinger.net/rel/profile-page", "href": page},
            {"rel": subscribe, "template": template},
        ]
        return JSONResponse({"subject": f"acct:{resource}", "links": links})

    def _page(
        self,
        request: Request,
        found: list[Any],
        shape: Callable[[Any], Json],
        sizes: tuple[int, int],
    ) -> Response:
        asked = window(request.query_params, *sizes)
        page: list[HasId] = asked.page(found)
        headers = link_header(request.url, page, asked)
        return JSONResponse([shape(each) for each in page], headers=headers)

    def _account(self, request: Request) -> Account:
        account = self._networks.accounts.get(request.path_params["id"])
        if account is None or account.network != MASTODON:
            raise NotThere("account")
        return account

    def _post(self, request: Request) -> Post:
        post = self._networks.live(request.path_params["id"])
        if post.network != MASTODON or not self._networks.may_see(
            post, self.asking.viewer(request, "read:statuses")
        ):
            raise NotThere("post")
        return post

    def _boosts(self) -> list[Post]:
        return [each for each in self._networks.posts.values() if each.boost_of and not each.deleted]

    def _is_remote(self, post: Post) -> bool:
        return "@" in self._networks.accounts[post.author].acct

    def _to_another(self, post: Post) -> bool:
        parent = self._networks.posts.get(post.parent)
        return parent is not None and parent.author != post.author

    def _above(self, post: Post) -> list[Post]:
        above: list[Post] = []
        while post.parent:
            post = self._networks.posts[post.parent]
            above.insert(0, post)
        return above

    def _below(self, post: Post, depth: int) -> list[Post]:
        if depth == 0:
            return []
        below: list[Post] = []
        for reply in self._networks.replies(post.id):
            below += [reply, *self._below(reply, depth - 1)]
        return below


def _true(text: str | None) -> bool:
    return text in ("true", "1")


def _tags(texts: list[str]) -> list[str]:
    return [_tag(text) for text in texts[:MOST_TAGS]]


def _tag(text: str) -> str:
    return text.removeprefix("#").lower()
