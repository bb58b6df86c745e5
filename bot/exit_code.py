"""How a command ends: its exit code, and a fault as one line."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable

from cyclopts import CycloptsError

from bot.core.errors import QunzhuError, RefusedError, SetupError


def ended(command: Callable[[], object]) -> int:
    """Run it. A fault is one line on stderr: exit code 2 for a slip in the set-up, 1 for the rest."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows a question mark; it is no reason to fail.
            stream.reconfigure(errors="replace")
    return _code(command)


def _code(command: Callable[[], object]) -> int:
    try:
        result = command()
        # Here, where a reader who has gone is no surprise; the interpreter would flush too late and complain.
        sys.stdout.flush()
    except CycloptsError as error:
        return _say(f"{error} (see qunzhu --help)", 2)
    except RefusedError as error:
        return _say(str(error), 1)
    except SetupError as error:
        return _say(str(error), 2)
    except QunzhuError as error:
        return _say(str(error), 1)
    except BrokenPipeError:
        _hush()
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _hush()
        return _say(f"standard output: {error.strerror} (make room on the disk)", 1)
    except KeyboardInterrupt:
        return 130
    return result if isinstance(result, int) else 0


def _say(fault: str, code: int) -> int:
    """One line, whatever the fault consists of."""
    sys.stderr.write(f"qunzhu: {' '.join(fault.split())}\n")
    return code


def _hush() -> None:
    """Nobody takes what is still in the buffer; the interpreter must not try to flush it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
