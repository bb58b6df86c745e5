"""How a number of things is said: Chinese has one form, English two."""

from __future__ import annotations


def counted(number: int | str, one: str, many: str) -> str:
    """The number with what is counted, and with its verb if need be: "1 post waits", "3 posts wait".

    A number that nobody knows is a word, such as "some".
    """
    return f"{number} {one if number in (1, '1') else many}"


class Number(int):
    """A number for a text with gaps, where `{n:post/posts}` says it with what is counted."""

    def __format__(self, forms: str) -> str:
        one, slash, many = forms.partition("/")
        return counted(int(self), one, many) if slash else super().__format__(forms)
