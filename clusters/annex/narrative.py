"""The header of F01 and its lists: what the county declares about the cluster as a whole.

Knows the fields and their types; what a criterion makes of them stands elsewhere. Lists that only
people judge are kept as counted rows of evidence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from clusters.annex.narrative_rows import (
    Benchmark,
    Mechanism,
    Patent,
    Proof,
    read_benchmarks,
    read_mechanism,
    read_patent,
    read_proof,
)
from clusters.annex.row_reader import RowReader

# Fields that no computed rule uses, by type; held to their type only.
OTHER_FIELDS: Mapping[str, str] = {
    "text": (
        "contact_name contact_phone contact_email cluster_name location_desc area_basis "
        "leading_industry_name segment_name segment_rank_province segment_rank_national "
        "policy_fit_national policy_fit_gansu brand_desc overview chain_layout collab_mechanism "
        "new_infra_desc digital_solution_desc data_interconnect security_system_desc "
        "digital_new_model energy_structure_desc pollution_control_desc green_service_desc "
        "open_coop_desc operator_head operator_head_phone benefit_gap_statement "
        "roster_difference_note yearly_change_note"
    ),
    "files": (
        "boundary_file chain_map_file truth_commitment seal_scan cross_county_doc county_gov_opinion_file"
    ),
    "flag": "restricted_industry_check submit_despite_failing",
    "texts": "leading_industry_gbt4754",
}

# Lists that people judge: the fields of one row, by type.
EVIDENCE_LISTS: Mapping[str, Mapping[str, str]] = {
    "innovation_platforms": {
        "text": "name level type approved_by",
        "day": "approved_on",
        "uscc": "owner_uscc",
    },
    "industry_uni_coop": {"text": "partner type agreement_no", "day": "start end", "files": "file"},
    "standards_list": {"text": "std_no title kind role", "day": "published_on", "uscc": "owner_uscc"},
    "key_tech_list": {"text": "name description", "uscc": "owner_uscc", "files": "proof"},
    "open_coop_events": {"text": "event place", "day": "date", "files": "proof"},
    "branches_outside": {"text": "name place country type", "day": "set_up_date"},
    "service_orgs": {"text": "name level services", "uscc": "uscc", "whole": "staff"},
    "attachments": {"text": "category title note", "files": "file"},
}


LIST_LABELS: Mapping[str, str] = {
    "shared_mechanisms": "共享机制",
    "innovation_platforms": "创新平台",
    "industry_uni_coop": "产学研及大企业合作",
    "standards_list": "标准制修订",
    "key_tech_list": "关键核心技术",
    "open_coop_events": "合作交流活动",
    "service_orgs": "公共服务机构",
}
SHARED_KINDS: Mapping[str, str] = {
    "equipment": "通用生产设备",
    "logistics": "物流",
    "warehouse": "仓储",
    "hr": "人力",
    "design": "设计",
}


class Prominence(StrEnum):
    PILLAR = "pillar"
    FEATURE = "feature"
    BOTH = "both"


class OperatorType(StrEnum):
    COMMITTEE = "管委会"
    PUBLIC_INSTITUTION = "事业单位"
    STATE_COMPANY = "国有平台公司"
    ASSOCIATION = "社会组织"
    OTHER = "其他"


class Opinion(StrEnum):
    AGREE = "agree"
    NONE = "none"


@dataclass(frozen=True)
class Narrative:
    """The header. `evidence` counts the rows of each list that people judge."""

    county_code: str
    is_within_county: bool | None
    cross_county_note: str
    area_km2: Decimal
    established_year: int | None
    key_supply_ratio: Decimal | None
    shared_mechanisms: tuple[Mechanism, ...]
    patents: tuple[Patent, ...]
    evidence: Mapping[str, int]
    is_energy_intensive: bool
    energy_benchmarks: tuple[Benchmark, ...]
    is_water_intensive: bool
    water_benchmarks: tuple[Benchmark, ...]
    operator_name: str
    operator_uscc: str
    operator_approval_no: str
    policy_coverage_total: int
    policy_coverage_reached: int
    plan_file: tuple[str, ...]
    plan_start_year: int | None
    plan_end_year: int | None
    incident_declaration: bool | None
    authority_proofs: tuple[Proof, ...]


def read_narrative(reader: RowReader) -> Narrative:
    """Read the whole header; the caller finishes the reader."""
    _read_fields(reader, OTHER_FIELDS)
    reader.code("is_pillar_or_feature", Prominence)
    reader.code("operator_type", OperatorType)
    reader.code("county_gov_opinion", Opinion)
    is_energy_intensive = reader.needed_flag("is_energy_intensive")
    is_water_intensive = reader.needed_flag("is_water_intensive")
    return Narrative(
        county_code=reader.text("county_code"),
        is_within_county=reader.flag("is_within_county"),
        cross_county_note=reader.text("cross_county_note"),
        area_km2=reader.needed_amount("area_km2"),
        established_year=reader.whole("established_year"),
        key_supply_ratio=reader.amount("key_supply_ratio"),
        shared_mechanisms=tuple(read_mechanism(row) for row in reader.rows("shared_mechanisms")),
        patents=tuple(read_patent(row) for row in reader.rows("patent_list")),
        evidence=_evidence(reader),
        is_energy_intensive=is_energy_intensive,
        energy_benchmarks=read_benchmarks(
            reader, "energy_benchmarks", "unit_consumption", is_energy_intensive
        ),
        is_water_intensive=is_water_intensive,
        water_benchmarks=read_benchmarks(reader, "water_benchmarks", "unit_water", is_water_intensive),
        operator_name=_needed_text(reader, "operator_name"),
        operator_uscc=reader.uscc("operator_uscc"),
        operator_approval_no=_needed_text(reader, "operator_approval_no"),
        policy_coverage_total=reader.needed_whole("policy_coverage_total"),
        policy_coverage_reached=reader.needed_whole("policy_coverage_reached"),
        plan_file=reader.files("plan_file") if reader.given("plan_file") else (),
        plan_start_year=reader.whole("plan_start_year"),
        plan_end_year=reader.whole("plan_end_year"),
        incident_declaration=reader.flag("incident_declaration"),
        authority_proofs=tuple(read_proof(row) for row in reader.rows("authority_proofs")),
    )


def _needed_text(reader: RowReader, name: str) -> str:
    return reader.text(name) if reader.given(name) else ""


def _evidence(reader: RowReader) -> Mapping[str, int]:
    counts = {}
    for name, fields in EVIDENCE_LISTS.items():
        counts[name] = 0
        for row in reader.rows(name):
            _read_fields(row, fields)
            row.finish()
            counts[name] += 1
    return counts


def _read_fields(row: RowReader, fields: Mapping[str, str]) -> None:
    read: Mapping[str, Callable[[str], object]] = {
        "text": row.text,
        "day": row.day,
        "uscc": row.uscc,
        "files": row.files,
        "whole": row.whole,
        "flag": row.flag,
        "texts": row.texts,
    }
    for kind, names in fields.items():
        for name in names.split():
            read[kind](name)
