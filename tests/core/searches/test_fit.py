import numpy as np
import pytest
from scipy.optimize import curve_fit, minimize_scalar
from scipy.stats import chi2

from core.searches import MODEL, Prices, can_fit, fit, levels, more_left, net_worth, next_label, stop_at
from core.searches.fit import lack_of_fit
from core.searches.laws import JoinedLaws, power_laws
from tests.core.searches.made import MODEL_LAW, ROWS, Law, curve_points, points

X = np.array(ROWS, float)
PRICES = Prices(label=0.3, error=3.28, cases=10_000)


@pytest.fixture(scope="module")
def found():
    return levels(points(judges=20_000, luck=0.02))


@pytest.fixture(scope="module")
def law(found):
    return fit(found, MODEL)


@pytest.mark.parametrize(
    "truth", [Law(0.03, 0.6, 0.6), Law(0.0, 0.3, 0.3), Law(0.1, 1.0, 1.0), Law(0.2, 2.0, 0.5), Law(0.05, 0.0, 0.5)]
)
def test_a_known_law_is_found_again(truth):
    made = power_laws(X, np.array([[truth.error(rows) for rows in ROWS]]), (3, 3, 3, 3))
    far = 2 * ROWS[-1]
    assert made.error(far)[0] == pytest.approx(truth.error(far), rel=0.02)
    assert made.error(ROWS[0])[0] == pytest.approx(truth.error(ROWS[0]), rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_the_fit_is_scipys(seed):
    """SciPy's bounded least squares, each miss in proportion to the error, from the best of many starts."""
    chance = np.random.default_rng(seed)
    errors = np.array([MODEL_LAW.error(rows) for rows in ROWS]) * np.exp(chance.normal(0, 0.03, 4))

    def shape(x, limit, scale, rate):
        return limit + scale * x**-rate

    def miss(values):
        return float((((shape(X, *values) - errors) / errors) ** 2).sum())

    tried = [
        curve_fit(shape, X, errors, p0=(0.01, scale, rate), sigma=errors, bounds=([0, 0, 0.05], [1, 50, 2.0]))[0]
        for scale in (0.2, 1.0)
        for rate in (0.2, 0.6, 1.2)
    ]
    theirs = min(tried, key=miss)
    made = power_laws(X, errors[None], (3, 3, 3, 3))
    ours = (made.limit[0], made.scale[0], made.rate[0])
    assert miss(ours) <= miss(theirs) * 1.05 + 1e-6
    assert made.error(3194)[0] == pytest.approx(shape(3194.0, *theirs), rel=0.02)


def test_errors_that_rise_are_fitted_flat():
    made = power_laws(X, np.array([[0.1, 0.11, 0.12, 0.13]]), (3, 3, 3, 3))
    assert made.scale[0] == 0
    assert 0.1 < made.limit[0] < 0.13


@pytest.mark.parametrize("rows", [(64, 200), (64, 200, 741)])
def test_a_law_needs_one_size_more_than_it_has_numbers(rows):
    found = levels(points(rows=rows))
    assert not can_fit(found)
    assert fit(found, MODEL) is None


def test_a_curve_that_follows_no_power_law_is_refused():
    """A sigmoid: it stays, falls, and stays again."""
    found = levels(curve_points(lambda rows: 0.05 + 0.55 / (1 + (rows / 500) ** 1.5), luck=0.05))
    assert can_fit(found)
    assert fit(found, MODEL) is None


def test_the_p_value_of_misses_is_that_of_their_chi_square():
    """Large judging samples and little luck: one size more than parameters is one degree of freedom."""
    chance = np.random.default_rng(4)
    truth = np.array([MODEL_LAW.error(rows) for rows in ROWS])
    noise = chance.multivariate_normal(np.zeros(4), 0.01**2 * np.eye(4), 4_000)
    errors = truth * np.exp(chance.normal(0, 0.01, 4))
    best = power_laws(X, errors[None], (3, 3, 3, 3))
    p = lack_of_fit(best, X, errors[None], errors * np.exp(noise), (3, 3, 3, 3))
    off = np.log(errors) - np.log([best.error(rows)[0] for rows in ROWS])
    assert p == pytest.approx(chi2.sf((off**2).sum() / 0.01**2, df=1), abs=0.04)


def test_joined_laws_go_through_the_errors_and_on_with_the_last_slope():
    laws = JoinedLaws(np.array([10.0, 100.0, 1000.0]), np.array([[0.4, 0.2, 0.1], [0.4, 0.1, 0.2]]))
    assert [laws.error(rows)[0] for rows in (10, 100, 1000)] == pytest.approx([0.4, 0.2, 0.1])
    assert laws.error(10_000)[0] == pytest.approx(0.05)
    assert laws.error(31.6228)[0] == pytest.approx(np.sqrt(0.4 * 0.2), rel=1e-4)
    assert laws.error(10_000)[1] == pytest.approx(0.2)


@pytest.mark.parametrize("price", [0.001, 0.05, 1.0, 20.0])
def test_the_best_place_of_joined_laws_is_where_a_search_finds_it(price):
    laws = JoinedLaws(np.array([10.0, 100.0, 1000.0]), np.array([[0.4, 0.2, 0.1], [0.4, 0.1, 0.09]]))
    x = np.geomspace(1, 4000, 20_000)
    costs = np.array([1000 * laws.error(rows) + price * rows for rows in x])
    places = laws.best_places(1000.0, price, 4000.0)
    for law, place in enumerate(places):
        reached = 1000 * laws.error(max(place, 1.0))[law] + price * place
        assert reached <= costs[:, law].min() + 1e-6 * abs(costs[:, law].min())


def test_the_interval_for_twice_the_labels_holds_the_truth_as_often_as_it_promises():
    """100 made curves of each of two laws; the gain is what the page says, the level what it rests on."""
    for truth in (Law(0.03, 0.6, 0.6), Law(0.0, 0.3, 0.3)):
        level = gain = shown = 0
        for seed in range(100):
            law = fit(levels(points(seed, model=truth), seed=seed), MODEL)
            if law is None:
                continue
            shown += 1
            reached, more = law.reached(2 * ROWS[-1]), law.gain(ROWS[-1], 2 * ROWS[-1])
            level += reached.low <= 1 - truth.error(2 * ROWS[-1]) <= reached.high
            gain += more.low <= truth.error(ROWS[-1]) - truth.error(2 * ROWS[-1]) <= more.high
        assert shown >= 90
        assert level / shown >= 0.93
        assert gain / shown >= 0.93


def test_stopping_is_where_most_is_left_over(law):
    searched = minimize_scalar(lambda rows: -net_worth(law, PRICES, rows), bounds=(1, 6388), method="bounded")
    stop = stop_at(law, PRICES)
    assert stop.rows.value == pytest.approx(searched.x, rel=0.01)
    assert stop.worth == pytest.approx(-searched.fun)
    assert stop.rows.low < stop.rows.value < stop.rows.high


def test_at_the_stop_the_next_label_brings_its_price(law):
    assert next_label(law, PRICES, stop_at(law, PRICES).rows.value) == pytest.approx(PRICES.label)


def test_the_next_label_brings_what_one_more_label_adds(law):
    free = Prices(label=0.0, error=3.28, cases=10_000)
    added = net_worth(law, free, 500.5) - net_worth(law, free, 499.5)
    assert next_label(law, free, 500) == pytest.approx(added, rel=1e-4)


def test_dear_labels_stop_early_and_cheap_ones_never(law):
    dear, cheap = (stop_at(law, Prices(label=price, error=3.28, cases=10_000)) for price in (30.0, 0.0))
    assert dear.rows.value < 64
    assert not dear.beyond
    assert cheap.beyond


def test_answers_worth_nothing_need_no_labels(law):
    assert stop_at(law, Prices(label=0.3, error=0.0, cases=10_000)).rows.value == 0


def test_a_candidate_leaves_over_nothing_more_than_itself(law):
    gap = more_left(law, 500, law, 500, PRICES)
    assert (gap.value, gap.low, gap.high) == (0, 0, 0)
