"""The error tree says what happened, where, and what to do."""

from pathlib import Path

import pytest

from bot.core.errors import QunzhuError, RenderError, SetupError, SpeakerError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SetupError("is wrong"), "is wrong"),
        (SetupError("is wrong", where="a.toml:3"), "a.toml:3: is wrong"),
        (SetupError("is wrong", where="a.toml:3", hint="mend it"), "a.toml:3: is wrong (mend it)"),
        (RenderError("is wrong", file=Path("a.j2"), line=3), "a.j2:3: is wrong"),
        (RenderError("is wrong", file="a.j2"), "a.j2: is wrong"),
    ],
)
def test_an_error_is_one_line_with_its_place(error: QunzhuError, said: str) -> None:
    assert str(error) == said


def test_a_speakers_slip_carries_its_template_and_data() -> None:
    slip = SpeakerError("errors/claimed", who="阿椒")
    assert (slip.template, slip.data) == ("errors/claimed", {"who": "阿椒"})
