"""Credit codes: the vectors of requirements 10.4 no. 16 and the alphabet."""

import pytest

from clusters.uscc import check_character, fault

VALID = [
    "91350100M000100Y43",
    "91110000600037341L",
    "91620102MA73A0015A",
    "91620402MA73A0023L",
    "91620902MA73B103XY",
    "916201020R7C28HU20",  # remainder 0 gives check digit 0
]
INVALID = ["91350100M000100Y4Z", "91310115MA1H8R7C6D"]


@pytest.mark.parametrize("code", VALID)
def test_a_code_with_the_right_check_digit_is_accepted(code: str) -> None:
    assert fault(code) is None


@pytest.mark.parametrize("code", INVALID)
def test_codes_copied_from_blogs_are_refused(code: str) -> None:
    assert fault(code) is not None


@pytest.mark.parametrize("code", VALID)
def test_every_other_check_character_is_refused(code: str) -> None:
    wrong = [letter for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY" if letter != code[-1]]
    assert all(fault(code[:-1] + letter) for letter in wrong)


@pytest.mark.parametrize("code", VALID)
def test_two_neighbours_that_change_places_are_noticed(code: str) -> None:
    for place in range(8, 16):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or fault(swapped)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100m000100y43",
        "9I350100M000100Y43",
        "91O50100M000100Y43",
        "91A50100M000100Y43",
        "９1350100M000100Y43",
        "9135010²M000100Y43",
        "91350100M000100Y4中",
    ],
)
def test_what_is_no_code_at_all_is_refused(code: str) -> None:
    assert fault(code)


def test_a_remainder_of_zero_gives_zero() -> None:
    assert check_character("916201020R7C28HU2") == "0"
