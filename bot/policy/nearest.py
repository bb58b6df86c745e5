"""The name somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name at most two slips away (one for words of up to three letters), None if there is none.

    A single letter has no neighbours: one slip would replace all of it.
    """
    limit = min(len(word) - 1, 1 if len(word) <= 3 else 2)
    if limit < 1:
        return None
    # Only a slip needs them, and few bots see one on their first day.
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    found = process.extractOne(word, list(names), scorer=DamerauLevenshtein.distance, score_cutoff=limit)
    return str(found[0]) if found else None
