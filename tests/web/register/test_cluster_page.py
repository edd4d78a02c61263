"""The page of a cluster: the frozen baseline reads as people write figures and aspects (art. 16, 17)."""


def test_the_plan_is_read_in_words_with_units_and_without_idle_zeros(told):
    shown = told.client_of("prov_clerk").get("/register/GS-JQ-2023-001").text
    assert "<td>主导产业优势</td>" in shown
    assert "<td>A1</td>" not in shown
    assert '<th scope="col" class="num">第三年</th>' in shown
    assert "86.5 平方公里" in shown
    assert "10.0000" not in shown
