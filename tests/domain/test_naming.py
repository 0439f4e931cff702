"""What a newcomer may have typed, by its looks alone."""

from __future__ import annotations

import pytest

from bot.domain.naming import Form, forms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@us@server.example", {Form.ADDRESS: "@us@server.example"}),
        ("us@127.0.0.1:80", {Form.ADDRESS: "us@127.0.0.1:80"}),
        ("@us", {Form.ACCOUNT: "@us"}),
        ("@us.example", {Form.HOST: "us.example"}),
        ("us.example", {Form.HOST: "us.example", Form.SITE: "https://us.example", Form.NAME: "us.example"}),
        ("forge.example/us", {Form.SITE: "https://forge.example/us", Form.NAME: "forge.example/us"}),
        ("https://us.example/", {Form.SITE: "https://us.example/", Form.NAME: "us.example"}),
        ("us/export", {Form.REPOSITORY: "us/export", Form.NAME: "us/export"}),
        ("r/us", {Form.ROOM: "r/us"}),
        ("u/us", {Form.PERSON: "u/us"}),
        (" Our   Name ", {Form.NAME: "Our Name"}),
        ("私たち", {Form.NAME: "私たち"}),
        ("  ", {}),
    ],
)
def test_a_name_has_the_forms_that_it_looks_like(text: str, found: dict[Form, str]) -> None:
    assert forms(text) == found


@pytest.mark.parametrize("form", Form)
def test_the_example_of_each_form_has_it(form: Form) -> None:
    assert form in forms(form.value)
