"""slack_sdk's own models are the second opinion: what they refuse for its length is refused here too."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.sandbox.slack.checks import check_message, check_view

Shape = dict[str, Any]


def text(most: int, kind: str = "mrkdwn") -> st.SearchStrategy[Shape]:
    """A text object around its limit."""
    return words(most).map(lambda said: {"type": kind, "text": said})


def words(most: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda char, length: char * length, st.sampled_from("xé語"), st.sampled_from([1, most, most + 1])
    )


def lists(one: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    return st.builds(lambda each, length: [each] * length, one, st.sampled_from([1, most, most + 1]))


def numbered(elements: list[Shape]) -> list[Shape]:
    """With an action_id each, as Slack wants them different."""
    return [each | {"action_id": f"a{place}"} for place, each in enumerate(elements)]


def block(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Shape]:
    made = st.fixed_dictionaries(fields, optional={"block_id": words(255)})
    return made.map(lambda told: {"type": kind} | told)


OPTIONS = st.fixed_dictionaries({"text": text(75, "plain_text"), "value": words(150)})
BUTTONS = st.fixed_dictionaries(
    {"type": st.just("button"), "text": text(75, "plain_text"), "value": words(2000), "url": words(3000)}
)
SELECTS = st.fixed_dictionaries(
    {
        "type": st.just("static_select"),
        "placeholder": text(150, "plain_text"),
        "options": lists(OPTIONS, 100),
    }
)
OVERFLOWS = st.fixed_dictionaries({"type": st.just("overflow"), "options": lists(OPTIONS, 5)})
ALT = {"image_url": words(3000), "alt_text": words(2000)}
BLOCKS = st.one_of(
    block("section", text=text(3000)),
    block("section", text=text(3000), fields=lists(text(2000), 10)),
    block("header", text=text(150, "plain_text")),
    block("context", elements=lists(text(10), 10)),
    block("actions", elements=lists(BUTTONS, 25).map(numbered)),
    block("actions", elements=st.tuples(SELECTS, OVERFLOWS).map(list).map(numbered)),
    block("image", title=text(2000, "plain_text"), **ALT),
    block(
        "input",
        label=text(2000, "plain_text"),
        hint=text(2000, "plain_text"),
        element=st.fixed_dictionaries({"type": st.just("plain_text_input"), "action_id": words(255)}),
    ),
    block("markdown", text=words(12_000)),
    block("card", title=text(150), subtitle=text(150), body=text(200)),
    block("carousel", elements=lists(block("card", title=text(150)), 10)),
    block(
        "container",
        title=text(150, "plain_text"),
        subtitle=text(150),
        child_blocks=lists(block("header", text=text(150, "plain_text")), 10),
    ),
)


def sdk_takes(shape: Shape) -> bool:
    try:
        parsed = Block.parse(shape)
        assert parsed is not None
        parsed.to_dict()
    except SlackObjectFormationError:
        return False
    return True


@given(BLOCKS)
def test_a_block_that_slacks_models_refuse_is_refused_here_too(shape: Shape) -> None:
    assert sdk_takes(shape) or check_message([shape]) != []


TYPES = [
    "bar", "button", "card", "checkboxes", "feedback_buttons", "image", "mrkdwn", "pie", "plain_text_input",
    "raw_text", "rich_text", "rich_text_list", "rich_text_section", "static_select", "text", "x",
]  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(TYPES),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "rows", "chart", "series", "options", "option_groups",
                 "child_blocks", "accessory", "element", "axis_config", "initial_options", "blocks"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip
KINDS = st.sampled_from(
    ["actions", "carousel", "container", "context", "data_table", "data_visualization", "input", "plan",
     "rich_text", "section", "table", "task_card"]
)  # fmt: skip


@given(
    st.builds(
        lambda kind, rest: rest | {"type": kind}, KINDS, ANY_JSON.filter(lambda told: isinstance(told, dict))
    )
)
def test_whatever_an_app_sends_is_answered_and_never_breaks_the_check(shape: Shape) -> None:
    for said in (
        check_message([shape]),
        check_message(shape),
        check_view({"type": "home", "blocks": [shape]}),
    ):
        assert all(each.startswith("[ERROR] ") for each in said)
    json.dumps(shape)
