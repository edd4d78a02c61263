"""Who learns that a batch closes later (art. 13, 14): whoever was told when it opened, and their leaders."""

from datetime import datetime

from sqlalchemy.orm import Session

from clusters.batches.models import Batch, BatchExtension
from clusters.people import posts, regions
from engine import inbox
from engine.directory import Directory
from engine.due_dates import chinese


def tell(session: Session, directory: Directory, batch: Batch, row: BatchExtension, now: datetime) -> None:
    cities = [city.code for city in regions.cities()]
    seats = [(role, code) for code in cities for role in ("city_clerk", "city_leader")]
    seats += [
        (role, place.code)
        for code in cities
        for place in regions.applicants_of(code)
        for role in ("county_clerk", "county_leader")
    ]
    text = (
        f"县级申报截止{chinese(row.county_due)}，市州推荐截止{chinese(row.recommend_due)}"
        f"（{row.doc_no}）。理由：{row.reason}"
    )
    people = posts.people_in(session, directory, seats)
    title = f"批次截止日期延长：{batch.title}"
    inbox.put(session, now, f"extended:{row.id}", people, title, text, f"/batches/{batch.key}")
