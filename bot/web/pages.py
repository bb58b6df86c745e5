"""Turns templates/web into pages, in the language of whoever looks, with everything escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.core.reply import Reply
from bot.policy.plural import Number
from bot.policy.text import printable, visible
from bot.policy.words import quoted
from bot.render import Renderer
from bot.web import avatar, mix_bar
from bot.web.words import LOCALES, read_words

LANGUAGE = "qunzhu_language"
"""The cookie that remembers the choice of language."""


class Pages:
    """Renders pages and the fragments that pages fetch; `common` is what every page may name."""

    def __init__(self, templates: Path, zone: str, locale: str, common: Mapping[str, object]) -> None:
        self._default = locale
        self._texts = {name: Renderer(templates, name, zone) for name in LOCALES}
        self._words = {name: read_words(templates / "web" / "words", name) for name in LOCALES}
        self._environments = {name: self._environment(templates / "web", name, common) for name in LOCALES}

    def _environment(self, folder: Path, locale: str, common: Mapping[str, object]) -> Environment:
        environment = Environment(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=FileSystemLoader(folder),
            finalize=_finalize,
        )
        environment.filters |= {**self._texts[locale].filters, "fill": _fill, "quoted": quoted, "visible": visible}
        environment.globals |= {**common, "locale": locale, "t": self._words[locale]}
        environment.globals |= {"avatar": avatar.of, "shares": mix_bar.shares}
        return environment

    def language(self, request: Request) -> str:
        """What this browser reads: as chosen there, else as the brand speaks."""
        chosen = request.cookies.get(LANGUAGE, "")
        return chosen if chosen in LOCALES else self._default

    def page(self, request: Request, template: str, status: int = 200, **data: object) -> HTMLResponse:
        """An answer to a request; `session` and `path` are there for every template, `edge` for the console's."""
        known = {name: request.scope["state"].get(name) for name in ("session", "edge")}
        found = self._environments[self.language(request)].get_template(template)
        text = found.render(path=request.url.path, query=request.query_params, **known, **data)
        return HTMLResponse(text, status)

    def fragment(self, locale: str, template: str, **data: object) -> str:
        """A piece of a page for somebody who reads that language."""
        return self._environments[locale].get_template(template).render(**data)

    def told(self, request: Request, reply: Reply) -> str:
        """What a handler answers, as it would be said in the chat."""
        return self._texts[self.language(request)].reply(reply.template, reply.data)

    def word(self, request: Request, view: str, name: str) -> str:
        """One of a view's own words, for where there is no template."""
        return str(self._words[self.language(request)][view][name])


def _finalize(value: object) -> object:
    """Whatever stands in a page passes here: no control character of anybody's words reaches a browser.

    What is markup already is made of pieces that have passed.
    """
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _fill(text: str, **values: Any) -> str:
    """Words with gaps: `{{ t.plan.left | fill(count=3) }}`; a gap may say what is counted: `{count:post/posts}`."""
    return text.format_map({name: Number(value) if type(value) is int else value for name, value in values.items()})
