"""The page that takes secrets, by real HTTP: on this machine alone, once, and without a trace."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from bot.web.secrets import LARGEST, Blank, OneTimePage, one_time_page

pytestmark = pytest.mark.connects

BLANKS = (Blank("bot", "Bot token", 'It starts with "xoxb-"'), Blank("app", "App-level token"))
TYPED = {"bot": " xoxb-hush-1 ", "app": "xapp-hush-2"}


@pytest.fixture
def page() -> Iterator[OneTimePage]:
    with one_time_page("The tokens of <Acme>", BLANKS) as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def test_it_asks_without_showing_and_hands_over_what_was_typed(
    page: OneTimePage, browser: httpx.Client
) -> None:
    asked = browser.get(page.url)
    assert asked.status_code == 200
    assert re.findall(r"<input type=password [^>]*name=(\w+)", asked.text) == ["bot", "app"]
    assert asked.text.count("autocomplete=off") == 2
    assert "&lt;Acme&gt;" in asked.text
    assert "<script" not in asked.text
    answer = browser.post(page.url, data=TYPED)
    assert answer.status_code == 200
    assert "hush" not in answer.text
    assert page.wait(1) == {"bot": "xoxb-hush-1", "app": "xapp-hush-2"}
    assert "hush" not in repr(page)


def test_it_may_be_neither_kept_nor_framed_nor_left(page: OneTimePage, browser: httpx.Client) -> None:
    headers = browser.get(page.url).headers
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert all(
        rule in policy for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
    )
    assert headers["referrer-policy"] == "same-origin"


def test_it_is_used_once_and_then_gone(browser: httpx.Client) -> None:
    with one_time_page("Tokens", BLANKS) as page:
        assert [browser.post(page.url, data=TYPED).status_code for _ in range(2)] == [200, 410]
        assert browser.get(page.url).status_code == 410
    with pytest.raises(httpx.ConnectError):
        httpx.get(page.url, trust_env=False)


def test_an_answer_that_ends_after_another_comes_too_late(page: OneTimePage, browser: httpx.Client) -> None:
    def slowly() -> Iterator[bytes]:
        yield b"bot=late&"
        assert httpx.post(page.url, data=TYPED, trust_env=False).status_code == 200
        yield b"app=late"

    assert browser.post(page.url, content=slowly()).status_code == 410
    assert page.wait(1) == {"bot": "xoxb-hush-1", "app": "xapp-hush-2"}


def test_it_stands_at_its_own_path_alone(page: OneTimePage, browser: httpx.Client) -> None:
    assert len(page.path) > 30
    for path in ("/", "/favicon.ico", page.path[:-1], f"{page.path}x"):
        assert browser.get(f"http://127.0.0.1:{page.port}{path}").status_code == 404
    assert page.wait(0) is None


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "http://evil.example"}, {"Origin": "null"}],
)
def test_another_name_or_another_page_gets_nothing(
    page: OneTimePage, browser: httpx.Client, headers: dict[str, str]
) -> None:
    assert browser.get(page.url, headers=headers).status_code == 403
    assert browser.post(page.url, data=TYPED, headers=headers).status_code == 403
    assert page.wait(0) is None


def test_its_own_form_is_taken_as_a_browser_sends_it(page: OneTimePage, browser: httpx.Client) -> None:
    origin = {"Origin": f"http://127.0.0.1:{page.port}"}
    assert browser.post(page.url, data=TYPED, headers=origin).status_code == 200


@pytest.mark.parametrize(
    "data", [{}, {"bot": "x"}, {"bot": "x", "app": "  "}, {"bot": "x" * LARGEST, "app": "y"}]
)
def test_half_an_answer_is_asked_for_again(
    page: OneTimePage, browser: httpx.Client, data: dict[str, str]
) -> None:
    answer = browser.post(page.url, data=data)
    assert answer.status_code == 400
    assert "xxx" not in answer.text
    assert page.wait(0) is None
    assert browser.post(page.url, data=TYPED).status_code == 200
