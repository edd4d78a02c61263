"""`qilian db upgrade | backup FILE | restore FILE`."""

import argparse
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("db", help="数据库", description="升级、备份和恢复数据库。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    upgrade = actions.add_parser("upgrade", help="建表或升级到本版", description="建表或升级到本版。")
    upgrade.set_defaults(run=run_upgrade)
    backup = actions.add_parser("backup", help="备份", description="数据库和附件写入一个文件，不必停机。")
    backup.add_argument("file", metavar="FILE", type=Path, help="要写的备份文件，如 qilian-20240520.zip")
    backup.set_defaults(run=run_backup)
    restore = actions.add_parser("restore", help="恢复", description="用备份文件恢复数据库和附件，须先停机。")
    restore.add_argument("file", metavar="FILE", type=Path, help="备份文件")
    restore.add_argument("--force", action="store_true", help="覆盖现有的数据库")
    restore.set_defaults(run=run_restore)


def run_upgrade(args: argparse.Namespace) -> int:
    from qilian import schema
    from qilian.config import Config
    from qilian.opening import open_database

    with open_database(Config.from_environment(), create=True) as database:
        before = schema.current(database)
        schema.upgrade(database)
        after = schema.current(database)
    print(
        f"数据库已是最新（{after}）。" if before == after else f"数据库已升级：{before or '空'} → {after}。"
    )
    return 0


def run_backup(args: argparse.Namespace) -> int:
    from qilian.backup import back_up
    from qilian.cli import complain
    from qilian.config import Config
    from qilian.opening import open_database

    config = Config.from_environment()
    with open_database(config) as database:
        backup = back_up(config, database, args.file)
    print(f"已备份到 {args.file}：数据库和 {backup.attachments} 个附件。密钥文件不在其中，请另行保管。")
    for name in backup.missing:
        complain(f"附件 {name} 缺失或已损坏，备份中没有它。")
    return 1 if backup.missing else 0


def run_restore(args: argparse.Namespace) -> int:
    from qilian import schema
    from qilian.backup import restore
    from qilian.cli import complain
    from qilian.config import Config
    from qilian.opening import open_database

    config = Config.from_environment()
    with open_database(config, create=True) as database:
        backup = restore(config, database, args.file, force=args.force)
        if backup.key_fingerprint not in (None, config.key_fingerprint()):
            complain("注意：密钥与备份时不同，请把备份当时的密钥文件放回，否则审计记录无法校验。")
        print(f"已恢复：数据库和 {backup.attachments} 个附件，备份于 {backup.taken_at:%Y-%m-%d %H:%M} UTC。")
        if not schema.is_current(database):
            print("数据库版本较旧，请运行 qilian db upgrade。")
    return 0
