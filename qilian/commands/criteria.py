"""`qilian criteria check`: whether an application meets the standard, and why. Needs no database."""

import argparse
import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Problem, QilianError
from qilian.exit_status import FAULTY, FINE, IMPOSSIBLE

if TYPE_CHECKING:
    from clusters.annex.standard import Standard
    from clusters.annex.verdicts import Result, Verdicts

DEFAULT_STANDARD = "gs-2023"


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("criteria", help="认定标准", description="对照认定标准核对申报数据。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    check = actions.add_parser("check", help="核对一份申报", description="逐项核对一份申报数据文件。")
    check.add_argument("file", metavar="FILE", help="申报数据（JSON）")
    check.add_argument("--standard", metavar="ID", default=DEFAULT_STANDARD, help="认定标准，默认 gs-2023")
    check.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    check.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    from clusters.annex.application import Application, ImpossibleInput
    from clusters.annex.criteria import check
    from clusters.strict_json import read_file
    from qilian.config import Config
    from qilian.standard_in_force import named_standard

    try:
        standard = named_standard(Config.from_environment(), args.standard)
        application = Application.from_json(read_file(Path(args.file)))
        verdicts = check(application, standard, application.reference_date)
    except ImpossibleInput as refused:
        return _refuse(
            f"申报数据有 {len(refused.problems)} 处不可能成立，无法核对。", refused.problems, args.json
        )
    except QilianError as error:
        return _refuse(str(error), [Problem(str(error))], args.json, is_one_thing=True)
    if args.json:
        _print_json(verdicts.to_json())
    else:
        print(_in_words(verdicts, standard))
    return FINE if verdicts.passed else FAULTY


def _refuse(summary: str, problems: list[Problem], as_json: bool, is_one_thing: bool = False) -> int:
    from clusters.annex.verdicts import problem_to_json
    from qilian.cli import complain

    if as_json:
        _print_json({"problems": [problem_to_json(problem) for problem in problems]})
    elif not is_one_thing:
        print("\n".join(_problem_line(problem) for problem in problems))
    complain(summary)
    return IMPOSSIBLE


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False))


# --- in words ---------------------------------------------------------------------------------------


def _in_words(verdicts: "Verdicts", standard: "Standard") -> str:
    from clusters.annex.verdicts import Verdict

    judged = sum(result.verdict is Verdict.NEEDS_JUDGMENT for result in verdicts.results)
    blocking = "、".join(result.id for result in verdicts.blocking)
    conclusion = f"有硬性指标不符合或无法计算：{blocking}" if blocking else "硬性指标没有不符合的"
    head = [
        f"标准    {standard.title}（{standard.document}）",
        f"参考日期  {verdicts.reference_date}",
        f"结论    {conclusion}；另有 {judged} 项待人工判断",
        "",
    ]
    warnings = [f"  {_problem_line(warning)}" for warning in verdicts.warnings]
    tail = ["", f"提示（{len(warnings)}）", *warnings] if warnings else []
    return "\n".join([*head, *_table(verdicts.results), *tail])


def _table(results: "tuple[Result, ...]") -> list[str]:
    from clusters.annex.verdicts import VERDICT_LABELS

    rows = [("编号", "依据", "结论", "说明")]
    for result in results:
        rows.append((result.id, result.article, VERDICT_LABELS[result.verdict], result.explanation))
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    return ["  ".join([*(_pad(row[i], widths[i]) for i in range(3)), row[3]]) for row in rows]


def _problem_line(problem: Problem) -> str:
    place = problem.path or ""
    if problem.row:
        place += f"（第 {problem.row} 行）"
    return f"{place}：{problem.message}" if place else problem.message


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
