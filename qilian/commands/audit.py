"""`qilian audit verify`: whether the chain of audit records is whole."""

import argparse
from typing import Any


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("audit", help="审计记录", description="校验审计记录。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    verify = actions.add_parser("verify", help="逐条校验", description="逐条校验审计记录，指出第一条不符的。")
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    from engine import audit
    from qilian.cli import complain
    from qilian.config import Config
    from qilian.opening import open_upgraded

    config = Config.from_environment()
    with open_upgraded(config) as database, database.read() as session:
        found = audit.verify(session, config.key_for("audit"))
    print(f"已校验 {found.checked} 条审计记录。最新封存：第 {found.head_sequence} 条 {found.head}")
    if found.broken is not None:
        complain(f"编号 {found.broken} 的记录与封存时不符：它或它前面的记录被改动、删除或插入。")
    if found.late:
        complain(f"{found.late} 条记录超过一分钟未封存。")
    return 1 if found.broken is not None or found.late else 0
