"""Topics of processes/register_import.bpmn: clusters designated before this system was in use."""

from collections.abc import Mapping
from typing import Any

from clusters.register import register_import
from engine.contract import Context
from engine.due_dates import chinese
from engine.errors import Refused
from handlers.topics import catalogue, filed
from handlers.words import tell_province

Result = Mapping[str, Any] | None


@catalogue.handler("register_import.check", label="核对名录数据", recallable=True)
def check(context: Context) -> Result:
    """Whoever files the workbook is told at once of every row that cannot stand."""
    found = register_import.problems(context.session, filed(context, "import_clusters"), context.today)
    if found:
        raise Refused(found)
    return None


@catalogue.handler("register_import.enter", label="登记进入名录")
def enter(context: Context) -> Result:
    form = filed(context, "import_clusters")
    clusters = register_import.enter(context.session, form, context.today, context.now)
    title = f"名录导入{len(clusters)}个集群"
    tell_province(context, title, "请核对名录；有误而尚未办理后续事项的，可以整批撤回。")
    for cluster in clusters:
        term = f"有效期{chinese(cluster.valid_from)}至{chinese(cluster.valid_to)}"
        text = f"编号{cluster.cluster_no}，{term}。以后的年报、变更和复核在本系统办理。"
        context.notify_role("county_clerk", cluster.county_code, f"已列入名录：{cluster.name}", text)
    return None


@catalogue.handler("register_import.undo", label="撤回整批")
def undo(context: Context) -> Result:
    numbers = register_import.undo(context.session, context.instance_id)
    reason = filed(context, "confirm_import").text("reason")
    tell_province(context, f"名录导入已撤回（{len(numbers)}个集群）", f"理由：{reason}")
    return None
