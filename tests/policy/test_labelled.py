"""The demo's tag rules against sentences that people labelled."""

import tomllib
from pathlib import Path

from bot.content.rules import read_tag_rules

FILE = Path(__file__).with_name("labelled.toml")
RULES = read_tag_rules(Path("templates/tag_rules.toml"))
LABELLED = {
    said: frozenset(tags.split())
    for group in tomllib.loads(FILE.read_text(encoding="utf-8")).values()
    for said, tags in group.items()
}


def test_there_are_enough_of_them_and_their_tags_exist() -> None:
    known = {tag for rule in RULES.rules for tag in (rule.tag, *rule.implies)}
    assert len(LABELLED) >= 300
    assert frozenset().union(*LABELLED.values()) <= known
    assert sum(not tags for tags in LABELLED.values()) >= 100, "what earns nothing is half the work"


def test_every_rule_has_its_sentences() -> None:
    meant = frozenset().union(*LABELLED.values())
    assert [rule.tag for rule in RULES.rules if rule.tag not in meant] == []


def test_the_demo_rules_are_right_and_miss_little() -> None:
    found = {said: frozenset(hit.tag for hit in RULES.match(said)) for said in LABELLED}
    right = sum(len(tags & found[said]) for said, tags in LABELLED.items())
    precision = right / sum(map(len, found.values()))
    recall = right / sum(map(len, LABELLED.values()))
    wrong = [
        f"{said}: not {' '.join(found[said] - tags) or '-'}, but {' '.join(tags - found[said]) or '-'}"
        for said, tags in LABELLED.items()
        if tags != found[said]
    ]
    figures = f"precision {precision:.3f}, recall {recall:.3f}\n" + "\n".join(wrong)
    assert precision >= 0.95, figures
    assert recall >= 0.9, figures
