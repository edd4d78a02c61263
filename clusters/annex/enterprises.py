"""F01-E: an enterprise of the roster, the titles it holds on a day, and its size class.

Knows one enterprise at a time; not how many a criterion wants, and no register.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from clusters.annex.row_reader import RowReader
from clusters.annex.standard_parts import SizeLimit


class Champion(StrEnum):
    NONE = "none"
    NATIONAL = "national"
    PROVINCIAL = "provincial"


class Zjtx(StrEnum):
    """The ladder of 第六条（二）: innovative, 专精特新, 小巨人."""

    NONE = "none"
    INNOVATIVE = "innovative"
    ZJTX = "zjtx"
    LITTLE_GIANT = "little_giant"


class SizeClass(StrEnum):
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


class BusinessType(StrEnum):
    PRODUCTION = "production"
    SERVICE = "service"
    OTHER = "other"


class ChainPosition(StrEnum):
    UPSTREAM = "upstream"
    MIDSTREAM = "midstream"
    DOWNSTREAM = "downstream"
    SUPPORTING = "supporting"


class CreditResult(StrEnum):
    CLEAN = "clean"
    ABNORMAL = "abnormal"
    SERIOUS = "serious"


class Listing(StrEnum):
    NONE = "none"
    REGIONAL = "区域股权"
    NEEQ = "新三板"
    BEIJING = "北交所"
    DOMESTIC = "沪深"
    ABROAD = "境外"


@dataclass(frozen=True)
class Title:
    """A title as the roster gives it. It counts with a certificate and within its term (5.3 no. 6)."""

    label: str
    field: str
    certificate: str
    valid_from: date | None
    valid_to: date | None

    def fault(self, on: date) -> str | None:
        """Why the title does not count on a day, or None."""
        if not self.certificate:
            return f"{self.label}没有证书或文号，不计入"
        if self.valid_to is None:
            return f"{self.label}没有有效期，不计入"
        if on > self.valid_to:
            return f"{self.label}已于 {self.valid_to} 到期，不计入"
        if self.valid_from is not None and on < self.valid_from:
            return f"{self.label}自 {self.valid_from} 起有效，不计入"
        return None


@dataclass(frozen=True)
class Enterprise:
    """One row of the roster. Figures that no criterion needs may be absent."""

    name: str
    uscc: str
    region_code: str
    in_boundary: bool
    is_leading_industry: bool
    employees: int | None
    revenue_y1: Decimal | None
    outputs: Mapping[int, Decimal]  # by years before the application year
    size_declared: SizeClass | None
    size_reason: str
    champion_level: Champion
    champion: Title
    zjtx_level: Zjtx
    zjtx: Title
    innovative_scheme: str
    is_hnte: bool
    hnte: Title
    uses_ind_platform: bool | None
    ind_platform_name: str
    uses_ind_software: bool | None
    on_cloud: bool | None
    invention_patents: int | None
    incident_flag: bool | None
    credit_check_result: CreditResult | None
    member_from: date | None
    member_to: date | None
    path: str
    row: int

    def counts_on(self, day: date) -> bool:
        """Whether it works inside the boundary and belongs to the cluster on the day (A-04)."""
        begun = self.member_from is None or self.member_from <= day
        return self.in_boundary and begun and (self.member_to is None or day <= self.member_to)

    def is_national_champion(self, on: date) -> bool:
        return self.champion_level is Champion.NATIONAL and self.champion.fault(on) is None

    def is_provincial_champion(self, on: date) -> bool:
        return self.champion_level is Champion.PROVINCIAL and self.champion.fault(on) is None

    def is_little_giant(self, on: date) -> bool:
        return self.zjtx_level is Zjtx.LITTLE_GIANT and self.zjtx.fault(on) is None

    def is_specialised(self, on: date, schemes: frozenset[str]) -> bool:
        """专精特新 with 小巨人 (A-03), or 创新型 under a scheme that the standard counts (D-10)."""
        if self.zjtx_level is Zjtx.NONE or self.zjtx.fault(on) is not None:
            return False
        return self.zjtx_level is not Zjtx.INNOVATIVE or self._scheme_counts(schemes)

    def is_high_tech(self, on: date) -> bool:
        return self.is_hnte and self.hnte.fault(on) is None

    def title_faults(self, on: date, schemes: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Field and reason of every claimed title that does not count."""
        claimed = [
            (self.champion_level is not Champion.NONE, self.champion),
            (self.zjtx_level is not Zjtx.NONE, self.zjtx),
            (self.is_hnte, self.hnte),
        ]
        for is_claimed, title in claimed:
            if is_claimed and (why := title.fault(on)):
                yield title.field, why
        if self.zjtx_level is Zjtx.INNOVATIVE and not self._scheme_counts(schemes):
            yield "innovative_scheme", f"本标准不计入“{self.innovative_scheme}”口径的创新型企业"

    def size_class(self, limits: tuple[SizeLimit, ...]) -> SizeClass | None:
        """As declared with a reason, else by employees and revenue (D-12); None if they are absent."""
        if self.size_declared is not None and self.size_reason:
            return self.size_declared
        return self.computed_size(limits) or self.size_declared

    def computed_size(self, limits: tuple[SizeLimit, ...]) -> SizeClass | None:
        if self.employees is None or self.revenue_y1 is None:
            return None
        for limit in limits:
            if self.employees >= limit.employees and self.revenue_y1 >= limit.revenue:
                return SizeClass(limit.size_class)
        return SizeClass.MICRO

    def is_sme(self, limits: tuple[SizeLimit, ...]) -> bool | None:
        size = self.size_class(limits)
        return None if size is None else size is not SizeClass.LARGE

    def _scheme_counts(self, schemes: frozenset[str]) -> bool:
        return not self.innovative_scheme or self.innovative_scheme in schemes


def read_enterprise(reader: RowReader) -> Enterprise:
    enterprise = Enterprise(
        name=reader.text("name"),
        uscc=reader.needed_uscc("uscc"),
        region_code=reader.text("region_code"),
        in_boundary=reader.needed_flag("in_boundary"),
        is_leading_industry=reader.needed_flag("is_leading_industry"),
        employees=reader.whole("employees"),
        revenue_y1=reader.amount("revenue_y1"),
        outputs=_outputs(reader),
        size_declared=reader.code("size_class", SizeClass),
        size_reason=reader.text("size_class_reason"),
        champion_level=reader.needed_code("champion_level", Champion),
        champion=_title(reader, "制造业单项冠军", "champion"),
        zjtx_level=reader.needed_code("zjtx_level", Zjtx),
        zjtx=_title(reader, "专精特新等级", "zjtx"),
        innovative_scheme=reader.text("innovative_scheme"),
        is_hnte=reader.needed_flag("is_hnte"),
        hnte=_title(reader, "国家级高新技术企业", "hnte"),
        uses_ind_platform=reader.flag("uses_ind_platform"),
        ind_platform_name=reader.text("ind_platform_name"),
        uses_ind_software=reader.flag("uses_ind_software"),
        on_cloud=reader.flag("on_cloud"),
        invention_patents=reader.whole("invention_patents"),
        incident_flag=reader.flag("incident_flag"),
        credit_check_result=reader.code("credit_check_result", CreditResult),
        member_from=reader.day("member_from"),
        member_to=reader.day("member_to"),
        path=reader.path,
        row=reader.row or 0,
    )
    _read_what_no_rule_uses(reader)
    reader.finish()
    return enterprise


def _title(reader: RowReader, label: str, prefix: str) -> Title:
    return Title(
        label=label,
        field=f"{prefix}_cert_no",
        certificate=reader.text(f"{prefix}_cert_no"),
        valid_from=reader.day("zjtx_valid_from") if prefix == "zjtx" else None,
        valid_to=reader.day(f"{prefix}_valid_to"),
    )


def _outputs(reader: RowReader) -> dict[int, Decimal]:
    given = {years: reader.amount(f"output_y{years}") for years in (3, 2, 1)}
    return {years: amount for years, amount in given.items() if amount is not None}


def _read_what_no_rule_uses(reader: RowReader) -> None:
    """The rest of F01-E: held to its type only."""
    reader.whole("seq")
    for name in ("address", "gbt4754"):
        reader.text(name)
    for name in ("rd_y1", "export_y1"):
        reader.amount(name)
    for name in ("established_on", "credit_check_date"):
        reader.day(name)
    reader.flag("is_above_scale")
    reader.texts("green_title")
    reader.code("business_type", BusinessType)
    reader.code("chain_position", ChainPosition)
    reader.code("listed_status", Listing)
