"""The renderer: what a template may do, what it may not, and what never comes out of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import RenderError
from bot.core.post import Post, PostKind
from bot.render import Renderer, safe_name
from bot.template_guard import OUTPUT_LIMIT, SOURCE_LIMIT

RENDERER = Renderer(Path("templates"), "zh", "Asia/Shanghai")
ENGLISH = Renderer(Path("templates"), "en", "Asia/Shanghai")
NOON = datetime(2026, 11, 22, 4, 5, tzinfo=UTC)


def post(body: str, line: int = 1) -> Post:
    return Post("value/x", PostKind.VALUE, "x", body, Path("x.md"), line)


def render(body: str, **data: object) -> str:
    return RENDERER.post(post(body), data)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{{ a.b }}", "x"),
        ("{{ a['b'] }}", "x"),
        ("{{ word[1:] ~ '!' + '?' }}", "ord!?"),
        ("{% if n > 2 and not (n == 5 or n in [7]) %}yes{% elif n %}some{% else %}no{% endif %}", "yes"),
        ("{{ 'a' if n is odd else 'b' }}", "a"),
        ("{% for x in xs %}{{ loop.index }}{{ x }}{% endfor %}", "1p2q"),
        ("{% for x in xs %}{% for y in xs %}{{ x }}{{ y }} {% endfor %}{% endfor %}", "pp pq qp qq"),
        ("{% for k, v in pairs %}{{ k }}={{ v }};{% endfor %}", "a=1;"),
        ("{{ xs | join('、') }}{{ xs | first }}{{ xs | last }}{{ xs | length }}", "p、qpq2"),
        ("{{ word | upper }}{{ word | lower }}{{ ' x ' | trim }}{{ xs | sort | join }}", "WORDwordxpq"),
        ("{{ nothing | default('none') }}", "none"),
        ("{{ at | clock }} {{ at | day }}", "12:05 11月22日 12:05"),
        ("{{ none | clock }}{{ none | day }}", "——"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{# nothing #}x", "x"),
        ("\n\nx\n\n", "x"),
    ],
)
def test_what_a_template_may_do(body: str, text: str) -> None:
    data = {"a": {"b": "x"}, "word": "word", "n": 3, "xs": ["p", "q"], "pairs": [("a", 1)], "at": NOON, "none": None}
    assert render(body, **data) == text


def test_english_dates_and_names_are_english() -> None:
    """The English replies once said 11月22日 and （没有名字）."""
    assert ENGLISH.post(post("{{ at | day }} {{ '' | safe_name }}"), {"at": NOON}) == "Nov 22 12:05 (no name)"


def test_a_day_that_was_kept_as_text_is_said_like_any_other() -> None:
    """Reasons and summaries once said 2026-11-22 beside 11月22日."""
    body = "{{ kept | date }}，{{ due | date }}，{{ lately | date }}"
    kept = {"kept": "2026-11-22", "due": "2026-11-22 19:24", "lately": "不久前"}
    assert render(body, **kept) == "11月22日，11月22日 19:24，不久前"


@pytest.mark.parametrize(
    "body",
    [
        "{{ x() }}",
        "{{ x.upper() }}",
        "{{ range(9) }}",
        "{{ 2 ** 99 }}",
        "{{ 'x' * 100 }}",
        "{{ '%99999999s' % 1 }}",
        "{{ 7 / 2 }}",
        "{{ 7 // 2 }}",
        "{{ {'a': 1} }}",
        "{% set a = x %}",
        "{% set a %}x{% endset %}",
        "{% with a = x %}{% endwith %}",
        "{% include 'help.j2' %}",
        "{% import 'help.j2' as h %}",
        "{% from 'help.j2' import h %}",
        "{% extends 'help.j2' %}",
        "{% block a %}{% endblock %}",
        "{% macro m() %}{% endmacro %}",
        "{% call x() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ x | replace('a', 'b') }}",
        "{{ x | round(9) }}",
        "{{ x | attr('y') }}",
        "{{ x | format(1) }}",
        "{{ x | center(99) }}",
        "{{ x | safe }}",
        "{{ xs | map('upper') }}",
        "{{ x | nosuch }}",
        "{% for a in xs %}{% for b in xs %}{% for c in xs %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in xs recursive %}{{ loop(a) }}{% endfor %}",
    ],
)
def test_what_a_template_may_not_do(body: str) -> None:
    """Set, include, `%` and chained replace were once let through; each can make text of any size."""
    with pytest.raises(RenderError) as caught:
        RENDERER.post(post("\n" + body, 5), {"x": "x", "xs": ["a"]})
    assert (caught.value.file, caught.value.line) == (Path("x.md"), 6)


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("a\nb {{ nobody }}", 6, "'nobody' is undefined"),
        ("a\n{{ room.colour }}", 6, "has no attribute 'colour'"),
        ("{% if nobody %}x{% endif %}", 5, "'nobody' is undefined"),
        ("a\n\n{% for x in xs %}\n{{ x.y }}{% endfor %}", 8, "has no attribute 'y'"),
        ("a\n{{ x", 6, "unexpected end of template"),
        ("{% if x %}", 5, "Unexpected end of template"),
        ("{{ 'a' + 1 }}", 5, "concatenate"),
        ("{{ room.__class__ }}", 5, "unsafe"),
        ("{{ room['__class__'] }}", 5, "unsafe"),
    ],
)
def test_a_fault_names_file_and_line(body: str, line: int, said: str) -> None:
    with pytest.raises(RenderError) as caught:
        RENDERER.post(post(body, 5), {"room": "r", "xs": ["a"], "x": 1})
    assert (caught.value.file, caught.value.line) == (Path("x.md"), line)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        "x" * (SOURCE_LIMIT + 1),
        "x" * (OUTPUT_LIMIT + 1),
        "{% for x in long %}{% for y in long %}{{ x }}{% endfor %}{% endfor %}",
        "{{ long | join(long) }}",
        "{{ long | join(long) | join(long) | join(long) }}",
        "{{ long ~ long ~ long }}",
    ],
)
def test_size_is_bounded(body: str) -> None:
    with pytest.raises(RenderError, match=f"{SOURCE_LIMIT}|{OUTPUT_LIMIT}"):
        render(body, long="x" * 2000)


@pytest.mark.parametrize("body", ["{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "{{ " + "not " * 3000 + "x }}"])
def test_a_template_nested_too_deeply_is_a_fault_like_any_other(body: str) -> None:
    """It once ended in RecursionError, which no caller expects."""
    with pytest.raises(RenderError):
        render(body, x=1)


@pytest.mark.parametrize(
    "name",
    [
        "@所有人",
        "@@所有人",
        "＠所有人",
        "@All",
        "@\u200b所有人",
        "@\u202e所有人",
        "a@所有人b",
        "@所有人@所有人",
        "@\n所有人",
    ],
)
@pytest.mark.parametrize(
    "body", ["{{ x }}", "{{ x | safe_name }}", "@{{ x }}", "@{{ x | safe_name }}", "{{ x | trim }}"]
)
def test_nobody_addresses_everybody_through_the_bot(name: str, body: str) -> None:
    """safe_name once turned @@所有人 into @所有人."""
    text = render(body, x=name).lower()
    assert "@所有人" not in text
    assert "＠所有人" not in text
    assert "@all" not in text


def test_a_name_that_only_begins_like_all_is_left_alone() -> None:
    assert render("{{ x }}", x="@Allen") == "@Allen"


@given(st.text(st.sampled_from("{}%#x|.()'\"\n 7*_猫@"), max_size=40))
def test_what_members_say_is_data_and_never_a_template(said: str) -> None:
    text = f"{{{{ 7*7 }}}}{{% for x in y %}}{said}"
    assert render("<{{ x }}>", x=text) == f"<{text}>"


@given(st.text(max_size=60))
def test_a_name_as_shown_is_one_short_visible_line(name: str) -> None:
    shown = safe_name(name)
    assert 0 < len(shown) <= 25
    assert "\n" not in shown
    assert not set(shown) & set("\u200b\u202e\u2066\ufeff")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("阿椒", "阿椒"),
        ("  阿 \n 椒 ", "阿 椒"),
        ("\u202e阿椒\u200b", "阿椒"),
        ("一" * 24, "一" * 24),
        ("一" * 25, "一" * 24 + "…"),
        ("", "（没有名字）"),
        ("\u200b", "（没有名字）"),
        ("{{ x }}", "{{ x }}"),
    ],
)
def test_a_name_is_made_safe_to_show(name: str, shown: str) -> None:
    assert safe_name(name) == shown


def test_a_reply_that_is_not_there_names_its_file() -> None:
    with pytest.raises(RenderError, match=r"replies/zh/nosuch\.j2: there is no such reply template"):
        RENDERER.reply("nosuch", {})


def test_a_reply_that_is_not_utf8_is_a_fault_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "replies/zh").mkdir(parents=True)
    (tmp_path / "replies/zh/bad.j2").write_bytes("你好".encode("gb18030"))
    with pytest.raises(RenderError, match=r"bad\.j2: is not UTF-8 text"):
        Renderer(tmp_path, "zh", "Asia/Shanghai").reply("bad", {})


def test_an_unknown_command_has_no_usage() -> None:
    with pytest.raises(RenderError):
        render("{{ 'nosuch' | usage }}")


def test_the_variables_a_template_asks_for() -> None:
    assert RENDERER.variables("{{ a.b }}{% for x in c %}{{ x }}{% endfor %}", Path("x")) == {"a", "c"}
    with pytest.raises(RenderError):
        RENDERER.variables("{{ a() }}", Path("x"))
