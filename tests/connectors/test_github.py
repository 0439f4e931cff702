"""What GitHub alone has: logins in a text, reviews, what closes a thread, tokens, and late searches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.connectors.github import CONNECTOR, HOME, named
from bot.domain.connector import Ask, Thread
from bot.domain.covering import by_account, find_answers
from bot.domain.errors import CanWrite, ChangedFormat, Gone, NeedsSignIn, Unavailable
from bot.domain.model import Handle, Post, Strength
from bot.domain.threads import put_together
from tests.connectors.fakes import NOW, FakeReader

TWO = ("read:org", "user:email")
REPO = f"{HOME}/repos/acme/export"
ANA = {"login": "ana-acme", "id": 1002, "html_url": "https://github.com/ana-acme", "type": "User"}
ZOE = {"login": "zoe-o", "id": 2002, "html_url": "https://github.com/zoe-o", "type": "User"}
OUR_MENTIONS = Ask(HOME, "mentions", "github.com/acme", account="1001")
OURS = (Handle("github", "1002", "@ana-acme", "ana", id="h"),)


def comment(saved: Any, number: int, minute: int, user: Any, body: str = "So", **also: Any) -> Any:
    at = f"2026-03-10T09:{minute:02}:00Z"
    web = f"https://github.com/acme/export/issues/5#issuecomment-{number}"
    said = {"id": number, "node_id": f"IC_{number}", "html_url": web, "user": user, "body": body}
    return saved("github/comment") | said | {"created_at": at, "updated_at": at} | also


def look(issue: Any, comments: list[Any], *, pull: dict[str, list[Any]] | None = None) -> Thread:
    number = issue["number"]
    issue = {"comments": len(comments)} | {k: v for k, v in issue.items() if k != "comments"}
    replies = {f"{REPO}/issues/{number}": issue, f"{REPO}/issues/{number}/comments": comments}
    replies |= {f"{REPO}/pulls/{number}/{what}": rows for what, rows in (pull or {}).items()}
    top = CONNECTOR.read_link(issue["html_url"], FakeReader(replies))
    return CONNECTOR.thread(HOME, top, FakeReader(replies))


def answered(thread: Thread, *mentions: str) -> dict[str, Strength]:
    found = find_answers(put_together(thread.posts), mentions, by_account(OURS), maybe_at_most=False)
    return {mention: one.strength for one in found for mention in one.mentions}


def test_a_login_is_named_where_github_would_notify_it():
    assert named("cc @Acme, and (@mei-t)!") == {"acme", "mei-t"}
    quiet = "> @acme said\n`@code` ```\n@block\n``` <!-- @template --> mail@acme.example @acme/docs x/@y"
    assert named(quiet) == set()


def test_a_reply_answers_what_stands_above_it_in_the_order_of_comments(saved):
    thread = look(saved("github/issue"), [comment(saved, 9001, 1, ZOE), comment(saved, 9002, 2, ANA)])
    assert thread.complete
    assert answered(thread, "I_500", "IC_9001") == {"IC_9001": Strength.STRONG, "I_500": Strength.MAYBE}
    to_mei = comment(saved, 9003, 3, ANA, "@mei-t It does.")
    thread = look(saved("github/issue"), [comment(saved, 9001, 1, ZOE), to_mei])
    assert answered(thread, "I_500")["I_500"] is Strength.STRONG


def test_what_a_colleague_writes_stands_beside_what_is_said_to_a_repository(saved):
    issue = saved("github/issue")
    chidi = {"login": "chidi", "id": 3003, "html_url": "https://github.com/chidi", "type": "User"}
    rows = [comment(saved, 9001, 1, ZOE), comment(saved, 9002, 2, chidi, author_association="COLLABORATOR")]
    reader = FakeReader({f"{REPO}/issues": [issue], f"{REPO}/issues/5/comments": rows})
    page = CONNECTOR.fetch(Ask(HOME, "repository", "acme/export", since=NOW - timedelta(days=90)), reader)
    assert {post.id for post in page.posts} == {"I_500", "IC_9001"}
    assert [(post.id, post.member_of) for post in page.around] == [("IC_9002", "acme/export")]
    assert {post.member_of for post in look(issue, rows).posts} == {"", "acme/export"}


def test_a_reply_through_an_app_may_be_no_reply_of_a_person(saved):
    said = comment(saved, 9001, 1, ANA, performed_via_github_app={"name": "Triage"})
    assert answered(look(saved("github/issue"), [said]), "I_500") == {"I_500": Strength.MAYBE}


def test_closing_it_is_a_reply_to_all_that_was_said_before(saved):
    closed = {"state": "closed", "closed_at": "2026-03-10T09:05:00Z", "closed_by": ANA}
    comments = [comment(saved, 9001, 1, ZOE), comment(saved, 9002, 9, ZOE)]
    thread = look(saved("github/issue") | closed, comments)
    sign = next(post for post in thread.posts if post.sign)
    assert (sign.sign, sign.author.id, sign.parent) == ("closed", "1002", "IC_9001")
    assert answered(thread, "I_500", "IC_9001", "IC_9002") == {
        "I_500": Strength.STRONG,
        "IC_9001": Strength.STRONG,
    }


def test_what_was_opened_again_is_no_longer_closed(saved):
    closed = {"state": "closed", "closed_at": "2026-03-10T09:05:00Z", "closed_by": None}
    sign = next(post for post in look(saved("github/issue") | closed, []).posts if post.sign)
    assert sign.author.handle == "@ghost"
    for state, there in (("closed", True), ("open", False)):
        reader = FakeReader({f"{REPO}/issues/5": saved("github/issue") | {"state": state}})
        assert CONNECTOR.exists(HOME, sign, reader) is there


def test_an_approval_answers_a_pull_request_and_a_remark_its_line(saved):
    other = {"id": 9302, "node_id": "PRRC_9302", "in_reply_to_id": 9301, "user": ANA, "body": "It is."}
    web = {"html_url": "https://github.com/acme/export/pull/6#discussion_r9302"}
    remarks = [saved("github/review_comment"), saved("github/review_comment") | other | web]
    thread = look(saved("github/pull"), [], pull={"comments": remarks, "reviews": []})
    assert answered(thread, "PR_600", "PRRC_9301")["PRRC_9301"] is Strength.STRONG
    thread = look(saved("github/pull"), [], pull={"comments": [], "reviews": [saved("github/review")]})
    assert answered(thread, "PR_600") == {"PR_600": Strength.STRONG}
    empty = saved("github/review") | {"state": "COMMENTED"}
    thread = look(saved("github/pull"), [], pull={"comments": [], "reviews": [empty]})
    assert answered(thread, "PR_600") == {}
    merged = saved("github/pull") | {"closed_at": "2026-03-10T09:40:00Z", "closed_by": ANA}
    merged["pull_request"]["merged_at"] = merged["closed_at"]
    thread = look(merged, [], pull={"comments": [], "reviews": []})
    assert [post.sign for post in thread.posts if post.sign] == ["merged"]


def test_a_thread_that_counts_more_comments_than_it_shows_is_not_complete(saved):
    hidden = {f"{REPO}/issues/5": saved("github/issue") | {"comments": 2}}
    reader = FakeReader(hidden | {f"{REPO}/issues/5/comments": [comment(saved, 9001, 1, ZOE)]})
    assert not CONNECTOR.thread(HOME, Post(**_of(saved)), reader).complete


def test_a_thread_longer_than_one_look_reads_is_not_complete(saved):
    rows = [comment(saved, 9000 + n, n % 60, ZOE) for n in range(400)]

    def page(params: dict[str, str]) -> Any:
        size, number = int(params["per_page"]), int(params["page"])
        return rows[size * (number - 1) : size * number]

    issue = saved("github/issue") | {"comments": 300}
    reader = FakeReader({f"{REPO}/issues/5": issue, f"{REPO}/issues/5/comments": page})
    assert not CONNECTOR.thread(HOME, Post(**_of(saved)), reader).complete


def _of(saved: Any) -> dict[str, Any]:
    post = look(saved("github/issue"), []).posts[0]
    return {name: getattr(post, name) for name in post.__slots__}


def discussion(saved: Any, *comments: Any, **also: Any) -> FakeReader:
    row = (
        saved("github/discussion")
        | {"comments": {"totalCount": len(comments), "nodes": list(comments)}}
        | also
    )
    return FakeReader({f"{HOME}/graphql": {"data": {"repository": {"discussion": row}}}})


def said(saved: Any, number: int, *replies: Any, **also: Any) -> Any:
    web = f"https://github.com/acme/export/discussions/7#discussioncomment-{number}"
    made = {"id": f"DC_{number}", "databaseId": number, "url": web}
    listed = {"totalCount": len(replies), "nodes": list(replies)}
    return saved("github/discussion_comment") | made | {"replies": listed} | also


def test_the_chosen_answer_of_a_discussion_settles_it(saved):
    ana = {
        "__typename": "User",
        "login": "ana-acme",
        "databaseId": 1002,
        "url": "https://github.com/ana-acme",
    }
    reader = discussion(saved, said(saved, 9501), said(saved, 9502, isAnswer=True, author=ana))
    post = CONNECTOR.read_link("https://github.com/acme/export/discussions/7", reader)
    thread = CONNECTOR.thread(HOME, post, reader)
    assert thread.complete
    assert [one.id for one in thread.posts if one.sign] == ["DC_9502"]
    assert answered(thread, "D_700") == {"D_700": Strength.STRONG}


def test_replies_in_a_discussion_stand_in_a_row_below_theirs(saved):
    first, second = said(saved, 9511), said(saved, 9512)
    reader = discussion(saved, said(saved, 9501, first, second), said(saved, 9502))
    thread = CONNECTOR.thread(HOME, Post(**_of(saved) | {"url": saved("github/discussion")["url"]}), reader)
    parents = put_together(thread.posts).parents
    assert parents == {"DC_9501": "D_700", "DC_9511": "DC_9501", "DC_9512": "DC_9511", "DC_9502": "DC_9501"}


@pytest.mark.parametrize("also", [{"comments": {"totalCount": 2, "nodes": []}}, {"comments": 7}])
def test_a_discussion_that_is_shown_in_part_is_not_complete(saved, also):
    post = Post(**_of(saved) | {"url": saved("github/discussion")["url"]})
    assert not CONNECTOR.thread(HOME, post, discussion(saved, **also)).complete


@pytest.mark.parametrize(
    ("kind", "error"), [("NOT_FOUND", Gone), ("FORBIDDEN", NeedsSignIn), ("SOMETHING", Unavailable)]
)
def test_what_graphql_says_beside_the_data_is_an_error(saved, kind, error):
    said_no = {"data": {"repository": None}, "errors": [{"type": kind, "message": "no"}]}
    post = Post(**_of(saved) | {"url": saved("github/discussion")["url"]})
    with pytest.raises(error):
        CONNECTOR.thread(HOME, post, FakeReader({f"{HOME}/graphql": said_no}))


@pytest.mark.parametrize("scopes", ["repo", "public_repo", "read:user, write:discussion", "gist"])
def test_a_classic_token_that_may_do_more_than_read_is_refused(saved, scopes):
    reader = FakeReader({f"{HOME}/user": saved("github/user")}, headers={"x-oauth-scopes": scopes})
    with pytest.raises(CanWrite):
        CONNECTOR.check(HOME, reader)


@pytest.mark.parametrize(
    ("headers", "scopes"),
    [
        ({}, None),
        ({"x-oauth-scopes": ""}, ()),
        ({"x-oauth-scopes": "read:org, user:email"}, TWO),
    ],
)
def test_a_token_that_reads_is_taken_and_one_without_shown_scopes_says_so(saved, headers, scopes):
    reader = FakeReader({f"{HOME}/user": saved("github/user")}, headers=headers)
    access = CONNECTOR.check(HOME, reader)
    assert (access.account.id, access.scopes) == ("1001", scopes)


def issue(saved: Any, number: int, second: int) -> Any:
    at = f"2026-03-10T09:{second // 60:02}:{second % 60:02}Z"
    web = {"html_url": f"https://github.com/acme/export/issues/{number}", "number": number}
    return (
        saved("github/issue")
        | web
        | {"id": number, "node_id": f"I_{number}", "updated_at": at, "created_at": at}
    )


def walk(saved: Any, rows: list[Any]) -> tuple[set[str], int]:
    """All that is read of it until there is no more, and how many fetches that took."""

    def search(params: dict[str, str]) -> Any:
        since = params["q"].rpartition(">=")[2]
        wanted = [row for row in rows if "is:issue" in params["q"] and row["updated_at"] >= since]
        return {"incomplete_results": False, "items": sorted(wanted, key=lambda row: row["updated_at"])[:100]}

    replies: dict[str, Any] = {f"{HOME}/search/issues": search, f"{HOME}/user/1001": saved("github/user")}
    replies |= {f"{REPO}/issues/{row['number']}/comments": [] for row in rows}
    seen, cursor = set(), ""
    for count in range(1, 60):
        page = CONNECTOR.fetch(replace(OUR_MENTIONS, cursor=cursor), FakeReader(replies))
        seen, cursor = seen | {post.id for post in page.posts}, page.cursor
        if not page.more:
            return seen, count
    raise AssertionError("it never ends")


def test_more_threads_than_one_answer_holds_are_all_read_and_none_is_passed_over(saved):
    rows = [issue(saved, n, n) for n in range(100, 350)]
    seen, count = walk(saved, rows)
    assert len(seen) == 250
    assert count == 25


def test_threads_that_changed_in_one_second_are_all_read(saved):
    assert len(walk(saved, [issue(saved, n, 100) for n in range(100, 160)])[0]) == 60


def test_more_changes_in_one_second_than_an_answer_shows_are_told(saved):
    with pytest.raises(ChangedFormat):
        walk(saved, [issue(saved, n, 100) for n in range(100, 260)])


def test_a_search_that_ran_out_of_time_is_no_empty_page(saved):
    found = {"incomplete_results": True, "items": []}
    replies = {f"{HOME}/search/issues": found, f"{HOME}/user/1001": saved("github/user")}
    with pytest.raises(Unavailable):
        CONNECTOR.fetch(OUR_MENTIONS, FakeReader(replies))


def test_an_old_comment_edited_to_name_us_waits_from_the_edit(saved):
    edited = comment(saved, 9001, 1, ZOE, "@acme So?") | {"created_at": "2025-01-01T00:00:00Z"}
    row = issue(saved, 5, 60) | {"body": "Nothing", "comments": 1}
    replies = {
        f"{HOME}/search/issues": lambda p: {"items": [row] if "is:issue" in p["q"] else []},
        f"{HOME}/user/1001": saved("github/user"),
        f"{REPO}/issues/5/comments": [edited],
    }
    (post,) = CONNECTOR.fetch(OUR_MENTIONS, FakeReader(replies)).posts
    assert post.named_us_at is not None
    assert post.named_us_at > post.created_at < NOW
