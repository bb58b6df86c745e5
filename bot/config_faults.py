"""Says where a setting stands and what is wrong with it: the variable or file:line, and the nearest known name."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_origin

from pydantic import BaseModel, ValidationError

from bot.config import PREFIX, Config
from bot.config_part import Part
from bot.core.errors import SetupError


def environment_names() -> tuple[str, ...]:
    """Every environment variable that sets something, for the documentation's test."""
    return tuple(name.upper() for name in _keys(Config, PREFIX) if name != f"{PREFIX}root")


def fault(error: ValidationError, file: Path, source: str) -> SetupError:
    """The first thing that pydantic finds wrong, as one line."""
    first = error.errors(include_url=False, include_input=False)[0]
    keys = [str(part) for part in first["loc"]]
    where = place(keys, file, source)
    if first["type"] == "extra_forbidden":
        return SetupError(f"unknown key {'.'.join(keys)!r}", where=where, hint=nearest_key(keys))
    said = first["msg"].removeprefix("Value error, ")
    return SetupError(f"{'.'.join(keys)}: {said[0].lower()}{said[1:]}", where=where, hint="correct this value")


def place(keys: list[str], file: Path, source: str) -> str:
    """Where a key stands: the environment variable that sets it, or file:line, or just the file."""
    for depth in range(len(keys), 0, -1):
        variable = PREFIX + "__".join(keys[:depth]).upper()
        if variable in {name.upper() for name in os.environ}:
            return f"environment variable {variable}"
    table = ""
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w.\-\"]+)\s*\]?\]", line)
        if header:
            table = header.group(1)
            if table.split(".") == keys[: len(table.split("."))] and len(keys) == len(table.split(".")):
                return f"{file}:{number}"
            continue
        name = re.match(r"\s*([\w.\-]+)\s*=", line)
        if name and [*filter(None, table.split(".")), *name.group(1).split(".")] == keys[: len(keys)]:
            return f"{file}:{number}"
        if name and keys and [*filter(None, table.split(".")), *name.group(1).split(".")] == keys[:-1]:
            return f"{file}:{number}"
    return str(file)


def nearest_key(keys: list[str]) -> str:
    """A hint for a key that does not exist: the one that was probably meant, or those there are."""
    model: type[BaseModel] = Config
    for key in keys[:-1]:
        annotation = model.model_fields[key].annotation if key in model.model_fields else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    known = [name for name in model.model_fields if name != "root"]
    near = difflib.get_close_matches(keys[-1], known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known keys here: {', '.join(known)}"


def not_json() -> SetupError:
    """Which variable that wants JSON does not hold any. The value is not shown: it may be a secret."""
    hint = """write it as JSON, such as '["contact-id"]' for a list"""
    for name in sorted(os.environ):
        if name.upper() in environment_names() and not _plain(name.upper()):
            try:
                json.loads(os.environ[name])
            except ValueError:
                return SetupError("is not valid JSON", where=f"environment variable {name}", hint=hint)
    return SetupError("a file does not hold what its setting wants", where="secrets folder", hint=hint)


def _plain(variable: str) -> bool:
    """Whether a variable's value is text or a number, not a table or a list."""
    model: type[BaseModel] = Config
    annotation: object = None
    for key in variable.removeprefix(PREFIX).lower().split("__"):
        annotation = model.model_fields[key].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    wants_json = isinstance(annotation, type) and issubclass(annotation, Part)
    return not wants_json and get_origin(annotation) not in {tuple, Mapping}


def _keys(model: type[BaseModel], prefix: str) -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        names.append(f"{prefix}{name}")
        if isinstance(field.annotation, type) and issubclass(field.annotation, Part):
            names += _keys(field.annotation, f"{prefix}{name}__")
    return names
