"""What a notice is published for, and the words and steps that differ by it. Knows no row."""

from dataclasses import dataclass

DESIGNATION, RENEWAL = "designation", "renewal"


@dataclass(frozen=True)
class Kind:
    """`published`, `ended` and `decided` are the steps of the diagram that the notice belongs to."""

    label: str
    list_title: str
    opening: str
    deciding: str  # what an open objection holds back
    granted: str
    denied: str
    published: str
    ended: str
    decided: str


KINDS = {
    DESIGNATION: Kind(
        label="认定公示",
        list_title="拟认定名单",
        opening=(
            "经县级申报、市州初审和实地抽查推荐、省级复审，择优形成下列拟认定名单，"
            "依据实施细则第十五条予以公示。"
        ),
        deciding="认定", granted="已认定", denied="未予认定",
        published="publish_notice", ended="notice_ended", decided="decide_designation",
    ),
    RENEWAL: Kind(
        label="复核公示",
        list_title="拟通过复核名单",
        opening=(
            "有效期满，经县级申请、市州实地抽查和审查、省级复核审查，拟通过复核的集群如下，"
            "依据实施细则第十五条、第十六条予以公示。"
        ),
        deciding="复核结论", granted="复核通过", denied="未通过复核",
        published="publish_reexam_notice", ended="reexam_notice_over", decided="decide_reexamination",
    ),
}  # fmt: skip
