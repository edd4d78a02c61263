"""`qilian bench steps | timers | inbox`: costs as ratios within one run, on databases of its own."""

import argparse
import json
import platform
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.db import Database

Entries = list[dict[str, Any]]
WHAT = {
    "steps": ("办结一步", "每单位：办结一个用户任务（读取状态、提交约 10 KB 表单、推进、保存、提交事务）。"),
    "timers": ("到期触发", "每单位：触发一个到期的定时并推进所在办件。"),
    "inbox": ("待办列表", "每单位：读出一人的第一页待办。"),
}
ROUNDS, UNITS, SIZE = 9, 5, 100_000


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("bench", help="性能基准", description="在临时数据库上比较各项开销。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    for action, (title, description) in WHAT.items():
        parser = actions.add_parser(action, help=title, description=description)
        parser.add_argument("--rounds", type=_positive, default=ROUNDS, help=f"轮数，默认 {ROUNDS}")
        parser.add_argument("--units", type=_positive, default=UNITS, help=f"每轮办件数，默认 {UNITS}")
        parser.add_argument("--size", type=_positive, default=SIZE, help=f"待办总数，默认 {SIZE}（仅 inbox）")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
        parser.set_defaults(run=run_bench)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError(f"“{text}”应为正整数")
    return int(text)


def run_bench(args: argparse.Namespace) -> int:
    from qilian.bench.databases import databases

    measure: Callable[[Database, argparse.Namespace], Entries] = {
        "steps": _steps, "timers": _timers, "inbox": _inbox
    }[args.action]  # fmt: skip
    with databases() as found:
        results = [{"database": name, "peers": measure(database, args)} for name, database in found.items()]
    document = {
        "bench": args.action, "python": platform.python_version(), "rounds": args.rounds,
        "units": args.units, "size": args.size if args.action == "inbox" else None, "results": results,
    }  # fmt: skip
    print(json.dumps(document, ensure_ascii=False) if args.json else _in_words(document))
    return 0


def _steps(database: "Database", args: argparse.Namespace) -> Entries:
    from qilian.bench.rounds import compared, measured

    found = measured(_engines(database), lambda peer, units: peer.steps(units), args.rounds, args.units)
    return compared(found, ("raw", "stock"))


def _timers(database: "Database", args: argparse.Namespace) -> Entries:
    from qilian.bench.rounds import compared, measured

    found = measured(_engines(database), lambda peer, units: peer.firings(units), args.rounds, args.units)
    return compared(found, ("raw", "stock"))


def _engines(database: "Database") -> list[Any]:
    from qilian.bench.ours import Ours
    from qilian.bench.raw import Raw
    from qilian.bench.stock import Stock

    return [Raw(database), Stock(database), Ours(database)]


def _inbox(database: "Database", args: argparse.Namespace) -> Entries:
    from qilian.bench.inbox import Counts, Page, RawPage, fill
    from qilian.bench.rounds import compared, measured

    fill(database, args.size)
    peers = [RawPage(database), Page(database), Counts(database)]
    return compared(measured(peers, lambda p, units: p.pages(units), args.rounds, args.units), ("raw",))


def _in_words(document: dict[str, Any]) -> str:
    title, description = WHAT[document["bench"]]
    lines = [f"{title}：{description}", f"{document['rounds']} 轮交错取中位数；毫秒因机器而异，请比较倍数。"]
    for result in document["results"]:
        lines += ["", result["database"]]
        for entry in result["peers"]:
            times = [
                f"{key.removeprefix('times_')} 的 {value:.2f} 倍"
                for key, value in entry.items()
                if key[:6] == "times_"
            ]
            lines.append(f"  {entry['peer']:<14} {entry['ms']:>10} 毫秒   {'，'.join(times)}")
    return "\n".join(lines)
