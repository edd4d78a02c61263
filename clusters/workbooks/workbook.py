"""Excel in and out: what pages and handlers call. The work is done beneath, one concern each.

workbook_open refuses hostile files, workbook_schema knows columns, workbook_cells single values,
workbook_rows judges, workbook_read and workbook_write move whole tables, collection the enterprise page.
"""

from clusters.annex.roster import derive_latest_year, merge_by_code, who_has_not_answered
from clusters.workbooks.collection import Collected, collection_sheet, read_collection_sheets
from clusters.workbooks.workbook_open import UnreadableWorkbook
from clusters.workbooks.workbook_read import ImportResult, read_table
from clusters.workbooks.workbook_rows import CellError
from clusters.workbooks.workbook_write import write_table, write_template

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

__all__ = [
    "MEDIA_TYPE",
    "CellError",
    "Collected",
    "ImportResult",
    "UnreadableWorkbook",
    "collection_sheet",
    "derive_latest_year",
    "merge_by_code",
    "read_collection_sheets",
    "read_table",
    "who_has_not_answered",
    "write_table",
    "write_template",
]
