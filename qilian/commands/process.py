"""`qilian process check | list | deploy | diff`. Checking needs no database; the others read or change
the deployed versions (qilian/process_versions)."""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qilian.exit_status import FAULTY, FINE, IMPOSSIBLE
from qilian.process_reports import forms_of, in_words

if TYPE_CHECKING:
    from engine.bpmn.findings import Report

AT_ONCE = 2
ANSWER_SECONDS = 18  # the promise is twenty


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("process", help="流程图", description="流程图的核对、部署与比较。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    check = actions.add_parser("check", help="核对流程图能否部署", description="逐个核对流程图能否部署。")
    check.add_argument("files", metavar="FILE", nargs="+", help="流程图（.bpmn），表单在其旁的 forms 目录中")
    check.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    check.set_defaults(run=run_check)
    _register_versions(actions)


def _register_versions(actions: Any) -> None:
    listed = actions.add_parser("list", help="已部署的流程", description="各流程的版本和在办件数。")
    listed.set_defaults(run=run_list)
    deploy = actions.add_parser("deploy", help="部署流程图", description="核对后部署为新版；在办的仍用原版。")
    deploy.add_argument("files", metavar="FILE", nargs="+", help="流程图（.bpmn），表单在其旁的 forms 目录中")
    deploy.set_defaults(run=run_deploy)
    diff = actions.add_parser("diff", help="比较两个版本", description="逐个元素、逐个字段比较两个版本。")
    diff.add_argument("key", metavar="KEY", help="流程标识，如 designation")
    diff.add_argument("before", metavar="V1", type=int, help="原版本号")
    diff.add_argument("after", metavar="V2", type=int, help="新版本号")
    diff.set_defaults(run=run_diff)


def run_list(args: argparse.Namespace) -> int:
    from qilian import process_versions

    return process_versions.show_list()


def run_deploy(args: argparse.Namespace) -> int:
    from qilian import process_versions

    return process_versions.deploy([Path(file) for file in args.files])


def run_diff(args: argparse.Namespace) -> int:
    from qilian import process_versions

    return process_versions.show_differences(args.key, args.before, args.after)


def run_check(args: argparse.Namespace) -> int:
    """Every readable file gets its answer, even beside one that cannot be read."""
    from qilian.cli import complain
    from qilian.deployment_rules import deployment_rules

    deployment_rules()  # loading them takes its time on a busy machine
    left = ANSWER_SECONDS - (time.monotonic() - args.began)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(partial(_answer, seconds_left=left), args.files)
        answers = list(zip(args.files, found, strict=True))
    reports = [(file, answer) for file, answer in answers if not isinstance(answer, OSError)]
    if args.json:
        documents = [{"file": file, **report.to_json()} for file, report in reports]
        print(json.dumps({"files": documents}, ensure_ascii=False))
    else:
        for file, report in reports:
            print(in_words(file, report))
    for file, answer in answers:
        if isinstance(answer, OSError):
            complain(f"无法读取“{file}”：{answer.strerror or answer}")
    if len(reports) < len(answers):
        return IMPOSSIBLE
    return FINE if all(report.ok for _, report in reports) else FAULTY


def _answer(file: str, seconds_left: float) -> "Report | OSError":
    from engine.bpmn.guard import WALL_SECONDS, check_guarded
    from engine.bpmn.xml import MAX_BYTES
    from qilian.deployment_rules import deployment_rules

    try:
        with Path(file).open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        return error if isinstance(error, OSError) else OSError(str(error))
    rules = deployment_rules()
    forms = forms_of(Path(file), data)
    around = rules.around(forms)
    return check_guarded(data, around, min(WALL_SECONDS, seconds_left))
