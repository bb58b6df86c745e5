"""Reads stated wishes out of what people say: what to leave out, what to go easy on, what not to do.

Counted are wishes of the speaker, and of the pets and children of their home, for these are who is served. Not counted
are those of other people (我妈不要香菜: nobody can know when she orders), questions, quotes, and idle talk (别急). A
question that asks for it (可以不放香菜吗) is a wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.policy import wish_words as words
from bot.policy.notes import Wished
from bot.policy.text import for_matching

LONGEST = 200
MOST_THING = 6
_GAP = r"[^\u4e00-\u9fff]{0,2}"
_MARK = re.compile(
    rf"不{_GAP}[要吃放加用喝能爱愛想敢搁擱喜需]|吃{_GAP}不|(?<![特差区區分个個性级級识識])[别別]|[勿免]|[过過]{_GAP}敏|常[温溫]"
    rf"|[少多]{_GAP}[放加给給来來糖盐鹽油辣冰甜咸鹹醋酱醬葱蔥姜薑蒜香味鸡雞麻酸腻膩]|[去走半微无無分全中特]{_GAP}[冰糖辣]"
)
"""A glance that lets most messages go: what every wish holds, with what people put between characters."""
_QUOTE_END = re.compile(r"(?:- ?){5,}\s*\n?")
_MENTION = re.compile(r"@[^\s@]{1,30}\u2005|(?:^|\s)@[^\s@]{1,30}(?=\s|$)")
_EMOTICON = re.compile(r"\[[^\[\]\s]{1,6}\]|[^\w\s,.!?;:、，。！？；：…~～@\u3000\-]|[~～…]+")
_CLAUSE = re.compile(r"([^,.!?;:\n]+)([,.!?;:\n]*)")
_LIST = re.compile(r"以及|还有|和|跟|与|、")
_MANY = re.compile("^(?:任何|那么多|太多|一切|所有)的?")
_SPICES = frozenset("葱姜蒜")
_PARTS = 4


def _any(options: Sequence[str]) -> str:
    """One of these, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(options, key=len, reverse=True))) + ")"


def _run(options: Sequence[str]) -> str:
    """Any number of these, never looked at twice: people may repeat 我的我的 as often as they like."""
    return f"{_any(options)}*+"


_BEFORE = re.compile(_run(words.BEFORE))
_ORDER = r"(?P<order>.{0,12}(?:份|碗|杯|单|面|粉|饭|汤|饼|堡|茶|咖啡|套餐|袋|罐|盒))"
_OTHERS = re.compile(r"[他她谁那]|别人|人家|隔壁|老[\u4e00-\u9fff]|" + _any(words.GROWN_UPS))
_TAIL = re.compile(rf"{_any(words.AFTER)}++$")
_OPS = {"less": words.LESS, "more": words.MORE, "eaten": words.NOT_EATEN, "without": words.WITHOUT}
_OP = re.compile("|".join(f"(?P<{kind}>{_any(ways)})" for kind, ways in _OPS.items()))
_HOME = r"(?:我们家|我家|咱家|俺家|家里|我)的?(?:那只|这只|那个)?"
_WHOSE = re.compile(rf"{_HOME}(?P<who>[\u4e00-\u9fff]{{1,4}}?)(?:们)?(?:就是|一直|从来|都|也|真的)?$")
_LATELY = re.compile("最近|今天|昨天|突然|已经|开始|这几天|这两天|现在|又")
_OWN = re.compile(_ORDER + _BEFORE.pattern)
_ALLERGY = re.compile(
    rf"^(?P<head>.*?)对(?P<thing>[\u4e00-\u9fff]{{1,6}}?)(?:严重|有点|会|都|还)?过敏{_run(words.AFTER)}$"
)
_DEED = re.compile(
    rf"^{_run(words.BEFORE)}(?:{_any(words.STOP)}){_run(words.ABOUT_ME)}(?P<deed>{_any(tuple(words.DEEDS))})"
    rf"(?:给我|我)?{_run(words.AFTER)}$"
)
_WHEN = re.compile(_any(words.WHEN))
_FIXED = re.compile(rf"^{_ORDER}?{_run(words.BEFORE)}(?P<fixed>{_any(words.FIXED)}){_run(words.AFTER)}$")
_THING = re.compile(rf"^[\u4e00-\u9fffa-z0-9]{{1,{MOST_THING}}}$")


def wishes_in(text: str) -> tuple[Wished, ...]:
    """The wishes stated in a message, each once. Most messages are let go after a glance at their characters."""
    if len(text) > LONGEST or not _MARK.search(text):
        return ()
    own = _QUOTE_END.split(text)[-1] if text.startswith("「") else text
    bare = _EMOTICON.sub(" ", _MENTION.sub(" ", own))
    found: dict[str, Wished] = {}
    for clause, end in _clauses(bare):
        for wished in _read(clause, asked="?" in end):
            found.setdefault(wished.wish, wished)
    return tuple(found.values())


def parts_of(wish: str) -> tuple[str, str, str]:
    """What a wish consists of: its kind (without, less, more, fixed, deed), whose or when, and the thing or deed."""
    kind, _, rest = wish.partition(":")
    about, _, thing = rest.partition(":")
    return kind, about, thing


def is_food(thing: str) -> bool:
    """Whether it is something that is put into something."""
    return thing.endswith(words.FOOD_ENDS)


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Clauses with what ends them: as they are punctuated, and as they are spaced, for people use both."""
    for piece in dict.fromkeys((text, *text.split())):
        folded = _joined(for_matching(piece))
        for match in _CLAUSE.finditer(folded):
            yield match[1].strip(), match[2]


def _joined(folded: str) -> str:
    return folded.replace("、", "和").replace("。", ".")


def _read(clause: str, *, asked: bool) -> Iterator[Wished]:
    asked = asked or clause.endswith(("吗", "么"))
    if asked and not any(polite in clause for polite in words.POLITE):
        return
    if fixed := _FIXED.match(clause):
        yield Wished(f"fixed::{fixed['fixed']}", fixed["fixed"])
    elif deed := _DEED.match(clause):
        yield _deed(clause, deed)
    elif allergy := _ALLERGY.match(clause):
        yield from _allergy(allergy["head"], allergy["thing"])
    else:
        yield from _things(clause)


def _deed(clause: str, found: re.Match[str]) -> Wished:
    when = _WHEN.search(clause[: found.start("deed")])
    deed, at = words.DEEDS[found["deed"]], when[0] if when else ""
    return Wished(f"deed:{at}:{deed}", f"{at}别{deed.replace('你', '我')}")


def _allergy(head: str, thing: str) -> Iterator[Wished]:
    whose = _whose(head)
    if whose is not None and not thing.startswith(words.NO_FOOD_ALLERGY):
        name = words.SAME.get(thing, thing)
        yield Wished(f"without:{whose}:{name}", f"{whose}对{name}过敏")


def _things(clause: str) -> Iterator[Wished]:
    """Every thing of a clause that consists of wishes, e.g. 我不要香菜也别放葱."""
    pieces = list(_OP.finditer(clause))
    if not 0 < len(pieces) <= _PARTS:
        return
    whose = _whose(clause[: pieces[0].start()])
    if whose is None:
        return
    ends = [piece.start() for piece in pieces[1:]] + [len(clause)]
    found: list[Wished] = []
    for piece, end in zip(pieces, ends, strict=True):
        things = _listed(_TAIL.sub("", clause[piece.end() : end]))
        wished = [_wished(piece, thing, whose) for thing in things]
        if not all(wished):
            return
        found.extend(filter(None, wished))
    yield from found


def _listed(said: str) -> list[str]:
    """The things of a list; 葱姜蒜 are three."""
    if set(said) <= _SPICES:
        return list(said) or [""]
    return [_TAIL.sub("", _MANY.sub("", thing)) for thing in _LIST.split(said)]


def _whose(head: str) -> str | None:
    """The name of a pet or child of the speaker, nothing for the speaker alone, None for anybody else."""
    if (found := _WHOSE.search(head)) and _BEFORE.fullmatch(head[: found.start()]):
        who = found["who"]
        if who in words.PETS:
            return words.PETS[who]
        if "家" in head and not _OTHERS.search(who) and not _LATELY.search(who) and not _BEFORE.fullmatch(who):
            return who
    if _BEFORE.fullmatch(head):
        return ""
    own = _OWN.fullmatch(head)
    return "" if own and not _OTHERS.search(own["order"]) else None


def _wished(op: re.Match[str], thing: str, whose: str) -> Wished | None:
    """The wish of one operator and its thing; None when it only sounds like one."""
    said, kind, name = op[0], op.lastgroup, words.SAME.get(thing, thing)
    if not _THING.match(thing) or any(part in thing for part in words.NO_THING):
        return None
    if kind in {"less", "more"}:
        return _measured(said, thing, name, whose, less=kind == "less")
    if kind == "eaten":
        eaten = not thing.startswith(words.NOT_EATING)
        return Wished(f"without:{whose}:{name}", f"{whose}不吃{name}") if eaten else None
    if not _left_out(said, thing):
        return None
    return Wished(f"without:{whose}:{name}", f"{whose}不要{name}")


def _measured(said: str, thing: str, name: str, whose: str, *, less: bool) -> Wished | None:
    put = said.startswith(("少放", "少加", "少给", "多", "别放", "不要放"))
    if not (thing in words.TASTES or (put and not thing.startswith((*words.NOT_PUT, *words.NOT_ADDED, *"一两几点些")))):
        return None
    kind, told = ("less", "少放") if less else ("more", "多放")
    return Wished(f"{kind}:{whose}:{name}", f"{whose}{told}{name}")


def _left_out(said: str, thing: str) -> bool:
    if said in {"免", "不用", "不需要"}:
        return thing in words.SPARED
    if said.endswith(("放", "搁")):
        return not thing.startswith(words.NOT_PUT)
    if said.endswith("加"):
        return not thing.startswith(words.NOT_ADDED)
    return not thing.startswith(words.NOT_WANTED)
