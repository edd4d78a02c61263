"""The command line: finds the commands, parses, runs one, answers with an exit status.

0 = fine; 1 = the thing checked is not; 2 = it could not be checked or run. Errors are one plain line on
stderr. Knows no command by name.
"""

import argparse
import importlib
import pkgutil
import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from engine.errors import QilianError
from qilian import commands
from qilian.exit_status import IMPOSSIBLE

INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that keeps to one line on stderr; sub-commands inherit it."""

    def error(self, message: str) -> NoReturn:
        complain(f"命令有误（{self.prog} --help 查看用法）：{message}")
        raise SystemExit(IMPOSSIBLE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    began = time.monotonic()  # some commands promise an answer within a time
    _speak_utf8()
    try:
        args = _parser().parse_args(argv, argparse.Namespace(began=began))
        status = int(args.run(args))
        sys.stdout.flush()
        return status
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else IMPOSSIBLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return IMPOSSIBLE
    except (QilianError, OSError) as error:
        complain(_words(error))
        return IMPOSSIBLE
    except Exception as error:
        if sys.flags.dev_mode:  # python -X dev -m qilian … shows where
            raise
        complain(f"程序内部错误：{type(error).__name__} {error}")
        return IMPOSSIBLE


def complain(message: str) -> None:
    """One line on stderr, whatever the message holds."""
    print(" ".join(message.split()), file=sys.stderr)


def _parser() -> Parser:
    parser = Parser(
        prog="qilian", description="祁连：依细则办理中小企业特色产业集群认定。", allow_abbrev=False
    )
    subparsers = parser.add_subparsers(dest="command", metavar="命令", required=True)
    for name in sorted(module.name for module in pkgutil.iter_modules(commands.__path__)):
        importlib.import_module(f"{commands.__name__}.{name}").register(subparsers)
    return parser


def _speak_utf8() -> None:
    """Pipes carry UTF-8 everywhere, and odd bytes of an argument never break an answer."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _abandon_stdout() -> None:
    """The reader has gone: leave nothing for the interpreter to flush into the closed pipe."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"无法读写“{error.filename}”：{error.strerror}"
    return str(error)
