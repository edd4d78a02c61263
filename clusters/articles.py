"""How the regulation's provisions are named in diagrams, forms and standards (requirements A-21)."""

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
