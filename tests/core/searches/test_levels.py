from dataclasses import replace

import numpy as np
import pytest

from core.searches import MODEL, Point, crossing, fit, levels, meeting, read_points
from core.searches.crossing import standing
from core.searches.levels import EXPONENTS, spread_of_draws
from core.searches.measure import measure_of
from tests.core.searches.made import MODEL_LAW, ROWS, TFIDF_LAW, Law, points


def test_a_point_comes_back_from_disk_as_it_was(tmp_path):
    (point,) = points(rows=(64,), draws=1, judges=50)
    point = replace(point, shared=0.25)
    point.write(tmp_path / "points")
    (again,) = read_points(tmp_path / "points")
    assert (again.size, again.draw, again.rows, again.shared) == (point.size, point.draw, point.rows, 0.25)
    assert all(np.array_equal(again.losses[who], point.losses[who]) for who in (MODEL, "tfidf"))


def test_a_point_that_was_not_written_to_its_end_is_not_there(tmp_path):
    (tmp_path / ".8-0.parquet.part").write_bytes(b"half")
    assert read_points(tmp_path) == ()


def test_levels_are_the_means_of_the_draws():
    some = points()
    found = levels(some)
    by_hand = [np.mean([p.reached(MODEL) for p in some if p.rows == rows]) for rows in ROWS]
    assert [one.value for one in found.reached(MODEL)] == pytest.approx(by_hand)
    assert found.rows == ROWS
    assert found.draws == (3, 3, 3, 3)


def test_the_same_points_say_the_same_twice():
    assert levels(points()).reached(MODEL) == levels(points()).reached(MODEL)


def test_before_a_size_was_drawn_twice_no_interval_is_claimed():
    found = levels(points(draws=1))
    assert all(one.low == one.high for one in found.reached(MODEL))
    assert set(crossing(found).standings) == {"even"}
    assert fit(found, MODEL) is None


def test_no_points_say_nothing():
    assert levels([]) is None


def test_no_mistake_at_all_is_no_certainty():
    losses = {MODEL: np.zeros(100), "tfidf": np.zeros(100)}
    found = levels([Point(8, draw, 64, losses, "accuracy") for draw in range(3)])
    (one,) = found.reached(MODEL)
    assert one.high == 1.0
    assert 0.95 < one.low < 1.0


def test_levels_hold_the_truth_as_often_as_they_promise():
    """500 made curves: 95% intervals of each level, and of all four differences at once."""
    held, together = np.zeros(len(ROWS)), 0
    for seed in range(500):
        found = levels(points(seed), seed=seed)
        truths = [1 - MODEL_LAW.error(rows) for rows in ROWS]
        held += [one.low <= truth <= one.high for one, truth in zip(found.reached(MODEL), truths, strict=True)]
        gaps = [TFIDF_LAW.error(rows) - MODEL_LAW.error(rows) for rows in ROWS]
        together += all(one.low <= gap <= one.high for one, gap in zip(found.ahead, gaps, strict=True))
    assert (held / 500 >= 0.93).all()
    assert (held / 500 <= 0.99).all()
    assert together / 500 >= 0.93


def test_draws_that_share_rows_are_less_sure_than_draws_that_do_not():
    """Means of a pool of 400: three draws of 200 differ by less than three of other rows would, and tell less."""
    chance = np.random.default_rng(0)
    spreads = []
    for _ in range(3_000):
        pool = chance.normal(size=400)
        draws = [0.2 * np.exp(chance.choice(pool, 200, replace=False).mean()) for _ in range(3)]
        losses = [{who: np.full(10, error) for who in (MODEL, "other")} for error in draws]
        group = [Point(200, draw, 200, one, "mae", 0.5) for draw, one in enumerate(losses)]
        spreads.append(spread_of_draws([group], measure_of("mae"), 0.2).together[0][0, 0])
    assert np.mean(spreads) == pytest.approx(1 / 200, rel=0.06)


def test_luck_that_falls_with_the_labels_is_noticed():
    """Log errors with a variance of 4 / rows: the exponent's posterior lies around -1."""
    chance, made = np.random.default_rng(1), []
    for rows in (20, 60, 200, 600):
        for draw in range(40):
            losses = {who: np.full(10, 0.2 * np.exp(chance.normal(0, 2 / np.sqrt(rows)))) for who in (MODEL, "other")}
            made.append(Point(rows, draw, rows, losses, "mae"))
    groups = [made[start : start + 40] for start in range(0, 160, 40)]
    found = spread_of_draws(groups, measure_of("mae"), 0.2)
    assert (found.weights * EXPONENTS).sum() == pytest.approx(-1.0, abs=0.25)
    assert found.weights.sum() == pytest.approx(1.0)
    drawn = found.sampled(4_000, chance)[:, :, 0].std(axis=0)
    assert drawn == pytest.approx(2 / np.sqrt([20, 60, 200, 600]), rel=0.25)


def test_equal_candidates_are_rarely_told_apart_at_any_size():
    equal = Law(0.03, 0.6, 0.6)
    told = sum(crossing(levels(points(s, model=equal, tfidf=equal), seed=s)).kind != "even" for s in range(300))
    assert told / 300 <= 0.06


def test_who_is_ahead_is_the_sign_of_a_sure_difference():
    found = levels(points(judges=20_000, luck=0.01))
    assert standing(found.ahead[0]) == "ahead"
    assert standing(found.ahead[-1]) == "behind"


def test_the_crossing_is_named_where_the_start_stops_being_ahead():
    found = levels(points(judges=20_000, luck=0.01))
    where = crossing(found)
    assert where.kind == "falls back"
    assert where.standings[where.last] == "ahead"
    assert "ahead" not in where.standings[where.last + 1 :]


def test_the_lines_meet_where_the_laws_do():
    from scipy.optimize import brentq

    truth = brentq(lambda rows: MODEL_LAW.error(rows) - TFIDF_LAW.error(rows), 64, 1597)
    found = levels(points(1, judges=20_000, luck=0.01))
    where = meeting(fit(found, MODEL), fit(found, "tfidf"), found.rows)
    assert where.low <= truth <= where.high
    assert where.value == pytest.approx(truth, rel=0.3)


def test_lines_that_never_meet_have_no_meeting():
    found = levels(points(tfidf=Law(0.2, 1.3, 0.6)))
    assert crossing(found).kind == "ahead"
    assert meeting(fit(found, MODEL), fit(found, "tfidf"), found.rows) is None


def test_with_more_curves_of_the_same_rows_each_claims_less():
    alone, among = levels(points()), levels(points(), curves=8)
    for one, wider in zip(alone.ahead, among.ahead, strict=True):
        assert wider.value == one.value
        assert wider.low < one.low
        assert wider.high > one.high
    narrow, wide = (fit(one, MODEL).gain(1597, 3194) for one in (alone, among))
    assert wide.low < narrow.low < narrow.high < wide.high
    assert among.reached(MODEL)[0].value == alone.reached(MODEL)[0].value
    assert levels(points(), curves=1).ahead == alone.ahead
