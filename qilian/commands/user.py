"""`qilian user add NAME --role ROLE [--org CODE]`: accounts made on the machine itself."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from clusters.people.models import Organisation


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("user", help="账号", description="在本机建立账号。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    add = actions.add_parser("add", help="新建账号", description="新建账号，初始密码只显示一次。")
    add.add_argument("name", metavar="NAME", help="姓名，未另给登录名时也是登录名")
    add.add_argument(
        "--role", metavar="ROLE", required=True, action="append", help="角色，可重复，如 sys_admin"
    )
    add.add_argument("--org", metavar="CODE", default="620000", help="单位所在地区代码，默认 620000（省）")
    add.add_argument("--login", metavar="LOGIN", help="登录名")
    add.set_defaults(run=run_add)


def run_add(args: argparse.Namespace) -> int:
    from clusters.people import organisations, people
    from engine import audit
    from engine.clock import system_now
    from engine.errors import Refused
    from qilian.cli import complain
    from qilian.config import Config
    from qilian.opening import open_upgraded

    with open_upgraded(Config.from_environment()) as database:
        with database.write() as session:
            organisations.seed(session)
            org = _organisation(session, args.role, args.org)
            org_id, org_name = org.id, org.name
        try:
            now = system_now()
            account = people.add(database, args.login or args.name, args.name, org_id, args.role, now)
        except Refused as refused:
            complain(str(refused))
            return 1
        with database.write() as session:
            facts = {"by": "command line", "roles": args.role, "organisation": org_name}
            audit.record(session, now, None, "account_created", subject=account.person_id, facts=facts)
    print(f"已为{org_name}建立账号。\n登录名：{account.login}\n初始密码：{account.initial_password}")
    print("初始密码只显示这一次，首次登录须修改。")
    return 0


def _organisation(session: "Session", roles: list[str], region: str) -> "Organisation":
    """The body of that region on the level at which the role is at home."""
    from clusters.people import organisations
    from clusters.people.roles import ROLES
    from engine.errors import NotFound

    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise NotFound(f"没有“{unknown[0]}”这一角色，可用的有：{'、'.join(ROLES)}。")
    level = ROLES[roles[0]].level
    found = organisations.of_region(session, level, region)
    if found is None:
        raise NotFound(f"地区“{region}”没有可担任“{ROLES[roles[0]].label}”的单位。")
    return found
