"""What the system does with the stand-ins' answers."""

from __future__ import annotations

import socket

import pytest

from bot.sandbox.serving import listen


@pytest.mark.connects
def test_no_part_of_an_answer_is_held_back_until_the_one_before_was_confirmed() -> None:
    with listen() as plain:
        plain.listen()
        with socket.create_connection(plain.getsockname()), plain.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
