"""The command line: run, check, preview, simulate, why, export, import, password, doctor."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App as Shell
from cyclopts import Parameter, validators

from bot.core.errors import SetupError
from bot.exit_code import ended

CONFIG = Path("config.toml")
ConfigFile = Annotated[Path, Parameter(name=["--config", "-c"], env_var="QUNZHU_CONFIG")]

HELP = "Qunzhu (群助): the bot that runs a brand's WeChat customer groups."


def _version() -> str:
    from importlib.metadata import version

    return version("qunzhu")


shell = Shell(name="qunzhu", help=HELP, version=_version, version_flags=["--version"], help_format="plaintext")


@shell.command
def run(*, config: ConfigFile = CONFIG) -> int:
    """Run the bot on the configured gateway; without a WeChat account, on the embedded sandbox."""
    import asyncio

    from bot import log
    from bot.check import require_sound
    from bot.config_file import load

    settings = load(config)
    file = settings.path(settings.log.file) if settings.log.file else None
    log.set_up(settings.log.level, file, secrets=(settings.chat.token.get_secret_value(),))
    require_sound(settings)

    from bot.run import run as serve

    asyncio.run(serve(settings))
    return 0


@shell.command
def check(*, config: ConfigFile = CONFIG) -> int:
    """Check config.toml, the library, the templates and the tag rules; every fault with file:line."""
    from bot.check import check as look

    return look(config)


@shell.command
def preview(
    *,
    days: Annotated[int, Parameter(help="so many local days from today")] = 7,
    room: Annotated[str | None, Parameter(help="only this room, by name or id")] = None,
    as_json: Annotated[bool, Parameter(name="--json", negative=(), help="for programs")] = False,
    config: ConfigFile = CONFIG,
) -> int:
    """Show the calendar that would be posted, with exact texts and verdicts; sends nothing, writes nothing."""
    from bot.config_file import load
    from bot.preview import preview as show

    return show(load(config), days, room, as_json=as_json)


@shell.command
def why(delivery: int, *, config: ConfigFile = CONFIG) -> int:
    """Tell a delivery's story: each step, each rule with its numbers, and the next possible time."""
    from bot.config_file import load
    from bot.why import why as tell

    return tell(load(config), delivery)


@shell.command
def export(
    what: Literal["messages", "members", "ledger", "deliveries", "audit"],
    *,
    room: Annotated[str | None, Parameter(help="only this room's id")] = None,
    since: Annotated[str | None, Parameter(help="not before 2026-11-01 or 2026-11-01T19:00:00+08:00")] = None,
    form: Annotated[Literal["jsonl", "csv"], Parameter(name="--format")] = "jsonl",
    out: Annotated[Path | None, Parameter(help="a file; without it, standard output")] = None,
    config: ConfigFile = CONFIG,
) -> int:
    """Write a table out as JSON lines or CSV, to a file or to standard output."""
    from bot.clock import Clock
    from bot.config_file import load
    from bot.export import export as write
    from storage.engine import parse_url
    from storage.exports import Asked
    from storage.schema import require_current

    settings = load(config)
    require_current(parse_url(settings.database))
    asked = Asked(settings.chat.account, room, _moment(since, settings.plan.zone), Clock()())
    count = write(settings.database, what, asked, form, out)
    sys.stdout.flush()
    sys.stderr.write(f"{count} rows\n")
    return 0


@shell.command(name="import")
def import_(
    what: Literal["members", "orders"],
    file: Path,
    *,
    dry_run: Annotated[bool, Parameter(negative=(), help="say what would happen, and change nothing")] = False,
    errors: Annotated[Path | None, Parameter(help="where faults go; without it, beside the file")] = None,
    config: ConfigFile = CONFIG,
) -> int:
    """Take in the shop's members or orders from CSV or XLSX; again as often as you like, the same rows once."""
    from bot.config_file import load
    from bot.importing.pipeline import Asked, import_file

    return import_file(load(config), Asked(what, file, errors or file.with_name(f"{file.name}.errors.csv"), dry_run))


@shell.command
def retag(
    *,
    room: Annotated[str | None, Parameter(help="only people who have spoken in this room, by name or id")] = None,
    config: ConfigFile = CONFIG,
) -> int:
    """After the tag rules were changed: read all that was said once more; tags set or removed by hand stay."""
    from bot.config_file import load
    from bot.retag import retag as read_anew

    return read_anew(load(config), room)


@shell.command
def password() -> int:
    """Ask for a password, and print what [web] passwords keeps of it."""
    import getpass

    from bot.web.access.password import SHORTEST, hashed

    if sys.stdin is None or not sys.stdin.isatty():
        hint = "type it by hand: elsewhere it would be seen, or stay in a history"
        raise SetupError("needs a terminal, to ask without showing it", where="password", hint=hint)
    try:
        first = getpass.getpass("password: ")
        if len(first) < SHORTEST:
            raise SetupError(f"is shorter than {SHORTEST} characters", where="password", hint="take a sentence")
        if getpass.getpass("once more: ") != first:
            raise SetupError("was typed differently the second time", where="password", hint="try again")
    except EOFError:
        raise SetupError("was not typed", where="password", hint="try again") from None
    sys.stdout.write(hashed(first) + "\n")
    return 0


@shell.command
def simulate(
    *,
    rooms: Annotated[int, Parameter(help="customer rooms", validator=validators.Number(gte=1, lte=999))] = 10,
    days: Annotated[int, Parameter(help="days from the opening on", validator=validators.Number(gte=1, lte=366))] = 30,
    seed: Annotated[int, Parameter(help="the same seed, the same run")] = 1,
    as_json: Annotated[bool, Parameter(name="--json", negative=(), help="for programs")] = False,
    config: ConfigFile = CONFIG,
) -> int:
    """Play the whole bot in virtual time against a town, staff and faults; exit code 1 if a promise is broken."""
    from bot.config_file import load
    from bot.simulation import report
    from bot.simulation.terms import Terms
    from bot.simulation.towns import simulate_towns

    terms = Terms(rooms, days, seed, load(config))
    with report.progress_bar(terms) as progress:
        outcome = simulate_towns(terms, progress)
    report.write(outcome, as_json=as_json)
    return 1 if outcome.judgement.breaches else 0


@shell.command
def doctor(*, config: ConfigFile = CONFIG) -> int:
    """Look over Python, packages, zone data, clock, disk, database, gateway and page."""
    from bot.config_file import load
    from bot.doctor import examine

    sick = 0
    for finding in examine(load(config)):
        sick += bool(finding.advice)
        advice = f" → {finding.advice}" if finding.advice else ""
        sys.stdout.write(f"{'✗' if finding.advice else '✓'} {finding.part}: {finding.state}{advice}\n")
    return 1 if sick else 0


def _moment(said: str | None, zone: str) -> datetime | None:
    """A time typed on the command line."""
    from zoneinfo import ZoneInfo

    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        hint = "write a date or time such as 2026-11-01 or 2026-11-01T19:00:00+08:00"
        raise SetupError(f"{said!r} is not a time", where="--since", hint=hint) from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def main() -> None:
    """Run a command, and leave with its exit code."""
    sys.exit(ended(lambda: shell(sys.argv[1:], exit_on_error=False, print_error=False, result_action="return_value")))


if __name__ == "__main__":
    main()
