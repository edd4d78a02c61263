"""The frame of the command line: exit statuses and one plain line on stderr."""

import argparse
from collections.abc import Callable

import pytest

from engine.errors import NotFound
from qilian import cli


def stub(monkeypatch: pytest.MonkeyPatch, run: Callable[[argparse.Namespace], int]) -> None:
    """A command line of one command, `probe`, that does `run`."""
    parser = cli.Parser(prog="qilian")
    parser.add_subparsers(required=True).add_parser("probe").set_defaults(run=run)
    monkeypatch.setattr(cli, "_parser", lambda: parser)


def raising(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def run(_: argparse.Namespace) -> int:
        raise error

    return run


@pytest.mark.parametrize("status", [0, 1, 2])
def test_the_status_of_the_command_is_the_exit_status(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    stub(monkeypatch, lambda _: status)
    assert cli.main(["probe"]) == status


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotFound("没有\n这个文件"), "没有 这个文件\n"),
        (FileNotFoundError(2, "No such file", "a.bpmn"), "无法读写“a.bpmn”：No such file\n"),
        (ZeroDivisionError("x"), "程序内部错误：ZeroDivisionError x\n"),
    ],
)
def test_every_failure_is_exit_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, words: str
) -> None:
    stub(monkeypatch, raising(error))
    assert cli.main(["probe"]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", words)


def test_an_interrupt_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stub(monkeypatch, raising(KeyboardInterrupt()))
    assert cli.main(["probe"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("argv", [[], ["no-such-command"], ["calendar"], ["calendar", "due", "--x"]])
def test_a_wrong_command_line_is_exit_2_and_one_line(
    capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)


def test_help_lists_the_commands_and_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    assert "calendar" in capsys.readouterr().out
