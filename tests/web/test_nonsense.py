"""Numbers that are none, or far too large, in every address and form that reads one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.web.house import CATS, visited

LONG = "9" * 5000
NONSENSE = ("-1", "9" * 20, LONG, "٣", "²", "1e9", "\0", "d999999999999999-1", "d-999999999999999-1", f"c{LONG}")
"""Among them more digits than Python reads as a number, and a moment that no calendar knows."""

ADDRESSES = (
    f"/sandbox/talk/new?room={CATS}&since=",
    f"/sandbox/talk/older?room={CATS}&before=",
    f"/sandbox/talk/fates?room={CATS}&from=",
    "/sandbox/why/",
    "/sandbox/text/",
    "/sandbox/media/",
    "/console?page=",
    "/console/outbox?before=",
    "/console/story?id=",
    "/console/audit?page=",
    "/console/members?page=",
    "/console/birthdays?days=366&from=",
    "/console/content?page=",
    "/console/checkins?page=",
    "/console/checkins/",
    "/console/calendar?from=",
)


async def test_a_nonsensical_number_in_an_address_breaks_no_page(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        for address in ADDRESSES:
            for said in NONSENSE:
                answer = await house.browser.get(address + quote(said, safe=""))
                assert answer.status_code < 500, (address, said[:20])


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("/sandbox/journey", {"goal": "days"}, "days"),
        ("/sandbox/resolve", {"verdict": "sent"}, "id"),
        ("/sandbox/time", {"do": "speed"}, "speed"),
    ],
)
async def test_a_nonsensical_number_in_a_form_is_explained(
    tmp_path: Path, path: str, form: dict[str, str], field: str
) -> None:
    async with visited(tmp_path) as house:
        for said in ("", "0", "-1", "NaN", "inf", "1e9", LONG):
            answer = await house.do(path, **form, **{field: said})
            assert answer.status_code in {200, 422}, said[:20]
            assert answer.text.strip(), said[:20]
        assert house.app.clock.stands
