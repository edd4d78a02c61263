"""Older clusters are taken over from Excel in the browser: cells, preview, second person, undo."""

import pytest
import sqlalchemy as sa

from clusters.register.models import Cluster
from clusters.workbooks.workbook_write import write_table
from engine.models import Instance
from tests.handlers.test_register_import import a_row
from tests.web.driving import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.article("第五条")]
CLERK, HEAD = "省厅省级经办甲", "省厅省级处室负责人"
NAME = "渭源县蜂产品集群（虚构）"
KEPT = [{"id": "x", "name": "材料.pdf"}]  # stands for an upload: the browser sends a real file


def import_rows(visitor: Visitor, *rows: dict) -> None:
    file = visitor.folder / "clusters.xlsx"
    file.write_bytes(write_table(visitor.form("import_clusters").field("clusters"), list(rows)))
    visitor.page.set_input_files("#sheet-clusters", file)
    visitor.go(visitor.page.locator("button[name='_import'][value='clusters']"))


def names(visitor: Visitor) -> set[str]:
    with visitor.told.database.read() as session:
        return set(session.scalars(sa.select(Cluster.name)))


def test_older_clusters_are_imported_checked_by_a_second_person_and_taken_out_again(visitor: Visitor) -> None:
    visitor.become(CLERK)
    visitor.open("/register")
    visitor.press("导入既有集群")
    visitor.follow("办理")
    row = a_row(cluster_name=NAME, operator_uscc="91350100M000100Y43")
    import_rows(visitor, {**row, "operator_uscc": "91350100M000100Y44"})
    visitor.sees("校验")  # the cell is named, nothing is taken over
    visitor.page.go_back()
    import_rows(visitor, row)
    visitor.sees("导入预览")
    visitor.press("导入这 1 行")
    visitor.fill(visitor.form("import_clusters"), {"basis_doc": "甘工信发〔2023〕99号", "basis_files": KEPT})
    visitor.press("提交：填报既有集群")
    visitor.accepted()
    assert NAME not in names(visitor)
    case = visitor.page.url.rpartition("/")[2]
    with visitor.told.database.read() as session:
        key = session.get_one(Instance, case).business_key
    visitor.take(HEAD, "审核导入名录", key)
    visitor.do("approve_import", {"decision": "approve", "opinion": "与原文件一致"})
    assert NAME in names(visitor)
    visitor.open("/register")
    visitor.sees(NAME)
    visitor.take(CLERK, "核对名录", key)
    visitor.do("confirm_import", {"outcome": "undo", "reason": "有效期录入有误（虚构）"})
    assert NAME not in names(visitor)
