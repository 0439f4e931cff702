"""Days off from outside: public holidays, and all-day events of calendars that anybody may have written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ChangedFormat, Gone, Refused
from bot.reading.calendars import LARGEST, OutsideCalendars, all_days

FIRST, UNTIL = date(2026, 1, 1), date(2028, 1, 1)


def calendar(*events: str) -> bytes:
    told = "".join(f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Acme//EN\n{told}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def days(*events: str) -> list[str]:
    return [day.isoformat() for day in all_days(calendar(*events), FIRST, UNTIL)]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20260501", ["2026-05-01"]),
        ("DTSTART;VALUE=DATE:20251231\nDTEND;VALUE=DATE:20260103", ["2026-01-01", "2026-01-02"]),
        ("DTSTART;VALUE=DATE:20260501\nDURATION:P2D", ["2026-05-01", "2026-05-02"]),
        ("DTSTART;VALUE=DATE:20160228\nRRULE:FREQ=YEARLY;UNTIL=20260301", ["2026-02-28"]),
        (
            "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20260112",
            ["2026-01-05", "2026-01-19"],
        ),
        ("DTSTART;VALUE=DATE:20260501\nSTATUS:CANCELLED", []),
        ("DTSTART:20260501T090000Z\nDTEND:20260501T100000Z", []),
        ("DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=SECONDLY", ["2026-05-01"]),
        ("SUMMARY:without a day", []),
        ("DTSTART;VALUE=DATE:2026", []),
        ("DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;BYMONTH=x", []),
    ],
)  # fmt: skip
def test_all_day_events_are_days_off_and_what_cannot_be_read_is_left_out(event: str, expected: list[str]):
    assert days(event) == expected
    assert days(event, "DTSTART;VALUE=DATE:20270102") == [*expected, "2027-01-02"]


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_a_server_sends_is_a_calendar_or_none(body: bytes):
    for whole in (body, calendar("DTSTART;VALUE=DATE:20260501").replace(b"20260501", body)):
        try:
            assert set(all_days(whole, FIRST, UNTIL)) <= {date.fromordinal(n) for n in range(738000, 742000)}
        except ChangedFormat:
            continue


def test_what_is_too_large_is_not_read():
    with pytest.raises(ChangedFormat):
        all_days(b" " * (LARGEST + 1), FIRST, UNTIL)


def test_a_calendar_is_read_through_the_door_or_from_a_file(serve, open_door, tmp_path):
    body = calendar("DTSTART;VALUE=DATE:20260501")
    server = serve(body=body)
    known = OutsideCalendars(open_door(server))
    (tmp_path / "off.ics").write_bytes(body)
    for address in (f"{server.origin}/off.ics", str(tmp_path / "off.ics")):
        assert known.marked(address, FIRST, UNTIL) == [date(2026, 5, 1)]
    assert [heard.method for heard in server.heard] == ["GET"]
    with pytest.raises(Refused):
        known.marked("http://calendar.example/off.ics", FIRST, UNTIL)
    with pytest.raises(Gone):
        known.marked(str(tmp_path / "none.ics"), FIRST, UNTIL)


def test_holidays_are_those_of_the_region():
    known = OutsideCalendars(None)
    berlin, bavaria = (known.holidays(place, FIRST, UNTIL) for place in ("DE-BE", "DE-BY"))
    assert date(2026, 3, 8) in set(berlin) - set(bavaria)
    assert date(2026, 1, 6) in set(bavaria) - set(berlin)
    assert all(FIRST <= day < UNTIL for day in berlin)


@pytest.mark.parametrize("place", ["XX", "DE-QQ"])
def test_holidays_of_nowhere_are_refused(place: str):
    with pytest.raises(ValueError, match="no holidays are known"):
        OutsideCalendars(None).holidays(place, FIRST, UNTIL)
