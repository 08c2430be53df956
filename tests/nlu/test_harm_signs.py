"""The signs tell who is spoken of."""

import numpy as np

from bot.nlu.harm_signs import signs_of

TELLING = "my boss touched me and he laughed"
ASKING = "Was Tarana Burke assaulted, does the document say?"


def test_each_text_is_a_row_of_as_many_numbers() -> None:
    signs = signs_of([TELLING, ASKING, "", "??"])
    assert signs.shape[0] == 4 and signs.dtype == np.float64
    assert np.isfinite(signs).all() and signs.min() >= 0
    assert len(signs_of([])) == 0


def test_telling_differs_from_asking() -> None:
    telling, asking = signs_of([TELLING, ASKING])
    writer_and_somebody, alarm_without_writer = -4, -3
    assert telling[writer_and_somebody] and not asking[writer_and_somebody]
    assert asking[alarm_without_writer] and not telling[alarm_without_writer]


def test_case_does_not_matter_and_a_long_text_weighs_no_more() -> None:
    assert signs_of([TELLING.upper()]).tolist() == signs_of([TELLING]).tolist()
    assert signs_of(["word " * 30]).tolist() == signs_of(["word " * 300]).tolist()
