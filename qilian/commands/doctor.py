"""`qilian doctor`: whether the installation is well."""

import argparse
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="巡检", description="检查配置、数据库、时钟、日历和期限。")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from qilian.config import Config
    from qilian.doctor import State, examine

    faults = 0
    for finding in examine(Config.from_environment()):
        print(f"{finding.state}  {finding.subject}：{finding.text}", flush=True)
        faults += finding.state is State.FAULT
    return 1 if faults else 0
