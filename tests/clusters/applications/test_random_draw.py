"""The draw of enterprises: the larger of number and share, the same for everybody from one seed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.applications.random_draw import draw, is_reproducible, new_seed, sample_size

codes = st.lists(st.text(min_size=1, max_size=5), unique=True, max_size=40)


@pytest.mark.parametrize(
    ("population", "size"), [(0, 0), (2, 2), (3, 3), (20, 3), (30, 3), (31, 4), (40, 4), (41, 5), (500, 50)]
)
def test_three_or_a_tenth_rounded_up_whichever_is_larger(population, size):
    assert sample_size(population, 3, Fraction(10)) == size


@given(codes, st.integers(0, 50), st.randoms())
def test_the_order_of_the_roster_does_not_matter(population, size, random):
    shuffled = list(population)
    random.shuffle(shuffled)
    assert draw(population, size, "seed") == draw(shuffled, size, "seed")


@given(codes, st.integers(0, 50))
def test_a_draw_takes_distinct_members_and_not_more_than_there_are(population, size):
    drawn = draw(population, size, "seed")
    assert len(set(drawn)) == len(drawn) == min(size, len(population))
    assert set(drawn) <= set(population)
    assert is_reproducible(population, drawn, "seed")


def test_another_seed_gives_another_draw_and_a_forged_one_is_found_out():
    population = [f"企业{n}" for n in range(40)]
    drawn = draw(population, 4, "seed")
    assert drawn != draw(population, 4, "other seed")
    assert not is_reproducible(population, [*drawn[:3], "企业39x"], "seed")


def test_every_enterprise_is_drawn_sooner_or_later():
    population = [str(n) for n in range(10)]
    seen = {draw(population, 1, str(seed))[0] for seed in range(200)}
    assert seen == set(population)


def test_seeds_are_not_repeated():
    assert len({new_seed() for _ in range(100)}) == 100
