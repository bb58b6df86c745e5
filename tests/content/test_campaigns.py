"""The reader of declared check-ins."""

from pathlib import Path

import pytest

from bot.content.campaigns import read_campaigns
from bot.core.post import PostKind
from bot.policy.customs import Declared

POSTS = {"interactive/call": PostKind.INTERACTIVE, "value/teeth": PostKind.VALUE}
ONE = '[[campaign]]\nslug = "water"\ntitle = "喝水"\n'


def read(folder: Path, text: str | bytes):
    file = folder / "checkins.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    campaigns, faults = read_campaigns(file, POSTS)
    return campaigns, [str(fault).replace(str(file), "FILE") for fault in faults]


def test_a_campaign_needs_little(tmp_path: Path) -> None:
    campaigns, faults = read(tmp_path, ONE)
    assert faults == []
    assert campaigns.declared == {"water": Declared("water", "喝水", "打卡")}
    assert campaigns.call == ""


def test_everything_a_campaign_may_say(tmp_path: Path) -> None:
    more = (
        'word = "晒早餐"\ncounts = "both"\nrhythm = "周三、周六"\nspan = "06:00-12:00"\ndays = 28\ngoal = 4\n'
        'gift = "冻干"\npoints = 0\nmakeups = 1\ncontent = "interactive/call"\naudience = "tag:养猫"\n'
    )
    campaigns, faults = read(tmp_path, f'call = "interactive/call"\n{ONE}{more}')
    assert faults == []
    assert campaigns.call == "interactive/call"
    assert campaigns.declared["water"] == Declared(
        slug="water",
        title="喝水",
        word="晒早餐",
        counts="both",
        rhythm="36",
        opens="06:00",
        closes="12:00",
        days=28,
        goal=4,
        gift="冻干",
        points=0,
        makeups=1,
        content="interactive/call",
        audience="tag:养猫",
    )


FAULTY = [
    (ONE + "colour = 1\n", "FILE:4: colour: is not a key of a campaign (known keys: slug, title"),
    ('[[campaign]]\nslug = "water"\n', "FILE:1: title: field required"),
    (ONE.replace("water", "Wa ter"), "FILE:2: slug: string should match pattern"),
    (ONE + 'rhythm = "sometimes"\n', "FILE:4: rhythm: 'sometimes' names no weekdays"),
    (ONE + 'span = "22:00-02:00"\n', "FILE:4: span: '22:00-02:00' ends before it begins"),
    (ONE + 'span = "early"\n', "FILE:4: span: 'early' is not a time of day"),
    (ONE + 'counts = "dance"\n', "FILE:4: counts: input should be 'word', 'photo' or 'both'"),
    (ONE + 'word = "\u200b"\n', "FILE:4: word: there is nothing in it"),
    (ONE + "days = -1\n", "FILE:4: days: input should be greater than or equal to 0"),
    (ONE + 'gift = "冻干"\n', "FILE:4: has a 'gift' but no 'goal'"),
    (ONE + 'content = "interactive/none"\n', "FILE:4: there is no post 'interactive/none'"),
    (ONE + 'content = "value/teeth"\n', "FILE:4: the post 'value/teeth' is of kind value"),
    (ONE + 'audience = "tag:"\n', "FILE:4: audience: "),
    (ONE + 'audience = "silent>=7d"\n', "FILE:4: audience: a campaign begins in rooms by their tags"),
    (ONE + ONE.replace("喝水", "喝汤"), "FILE:5: the slug 'water' is used twice"),
    (ONE + ONE.replace("water", "soup"), "FILE:6: the title '喝水' is used twice"),
    ('call = "interactive/none"\n', "FILE:1: there is no post 'interactive/none'"),
    ("hue = 1\n", "FILE:1: hue: is not a key of this file (known keys: call, campaign)"),
    ("[campaign]\n", "FILE:1: write [[campaign]]"),
    ("campaign = [\n", "FILE:"),
    (b"\xff\xfe", "FILE: cannot be read"),
]


@pytest.mark.parametrize(("text", "said"), FAULTY)
def test_every_fault_says_where_it_is(tmp_path: Path, text: str | bytes, said: str) -> None:
    _campaigns, faults = read(tmp_path, text)
    assert len(faults) == 1
    assert faults[0].startswith(said)


def test_all_faults_are_found_and_what_is_sound_is_read(tmp_path: Path) -> None:
    text = ONE + 'rhythm = "x"\n[[campaign]]\nslug = "brush"\ntitle = "梳毛"\n[[campaign]]\nslug = "walk"\n'
    campaigns, faults = read(tmp_path, text)
    assert list(campaigns.declared) == ["brush"]
    assert [fault.split(": ")[0] for fault in faults] == ["FILE:4", "FILE:8"]


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    _campaigns, (fault,) = read_campaigns(tmp_path / "none.toml", POSTS)
    assert "checkins.file" in str(fault)
