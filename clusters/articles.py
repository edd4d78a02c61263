"""The regulation's provisions: how diagrams, forms and standards name them (requirements A-21), what each
asks in our own words, and whether it asks anything of anyone.
"""

import re
from dataclasses import dataclass

NUMERALS = "一二三四五六七八九"
ARTICLE_COUNT, ANNEX_COUNT = 21, 8


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else NUMERALS[tens - 1] + "十")
    return head + (NUMERALS[ones - 1] if ones else "")


ARTICLES = frozenset(
    [f"第{_chinese(n)}条" for n in range(1, ARTICLE_COUNT + 1)]
    + [f"附件{_chinese(n)}" for n in range(1, ANNEX_COUNT + 1)]
    + ["附件序言"]
)


@dataclass(frozen=True)
class Provision:
    """One article or part of the annex. `acts`: it asks something that this software has to carry out."""

    name: str
    asks: str
    acts: bool = True


PROVISIONS = (
    Provision("第一条", "目的和依据，不要求任何人办事", acts=False),
    Provision("第二条", "什么是集群：主要定位在县域内，有服务、管理、科研支撑机构"),
    Provision("第三条", "工作原则，不要求任何人办事", acts=False),
    Provision("第四条", "省、市各办什么：认定、监督、考核在省，受理、初审、推荐、监测在市"),
    Provision("第五条", "动态管理，计划认定数量（参考数，不作上限）"),
    Provision("第六条", "七个方面的培育工作，规划和年报按此逐项写"),
    Provision("第七条", "市州制定集群发展规划并做好日常服务"),
    Provision("第八条", "财税、金融、土地、人才等政策支持"),
    Provision("第九条", "运营机构、龙头企业、平台等提供的服务"),
    Provision("第十条", "培训和招聘高校毕业生"),
    Provision("第十一条", "宣传典型案例，须征得同意并保护商业秘密"),
    Provision("第十二条", "自愿申报、公开透明、动态调整"),
    Provision("第十三条", "由所在县级工信部门申报"),
    Provision("第十四条", "市州受理、初审、实地抽查、择优推荐"),
    Provision("第十五条", "省级复审、形成名单、公示、处理异议、认定"),
    Provision("第十六条", "有效期和复核，年度考核和奖励"),
    Provision("第十七条", "重大变更完成后限期报告、核实、备案"),
    Provision("第十八条", "每年二月底前报送上一年度情况"),
    Provision("第十九条", "五类情形撤销认定"),
    Provision("第二十条", "由省厅负责解释"),
    Provision("第二十一条", "施行日期和有效期"),
    Provision("附件序言", "近三年没有列举的重大问题"),
    Provision("附件一", "核心竞争力：面积、户数、产值、占比、增速"),
    Provision("附件二", "优质中小企业梯度培育"),
    Provision("附件三", "产业链供应链协作"),
    Provision("附件四", "协同创新：研发、专利、平台、标准"),
    Provision("附件五", "数字化转型"),
    Provision("附件六", "绿色化发展"),
    Provision("附件七", "开放合作"),
    Provision("附件八", "治理和服务，三年规划"),
)
_SEPARATORS = re.compile(r"[、，,；;\s]+")


def cited(text: str | None) -> list[str]:
    """The provisions that a property such as `第十四条、附件二` names."""
    return [part for part in _SEPARATORS.split((text or "").strip()) if part]
