"""The theme's colours are far enough apart to be read (WCAG 2.2: 4.5 to 1 for text, 3 to 1 for graphics)."""

import tomllib

import numpy as np
import pytest

from dashboard.charts.cells import STEPS, SURFACE_STEPS, numbers, scale
from dashboard.charts.chart import DIVERGING, SEQUENTIAL, STRONG, SURFACE
from dashboard.report.figures import CONFIG
from dashboard.tables import fitted

STREAMLITS_STRONG = {"light": "#31333F", "dark": "#FAFAFA"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("scale_of", ["chartSequentialColors", "chartDivergingColors"])
def test_a_number_is_readable_on_every_step_of_a_scale(look, scale_of):
    theme = themes_of(look)
    on_surface = SURFACE_STEPS[SEQUENTIAL if scale_of == "chartSequentialColors" else DIVERGING]
    for step, colour in enumerate(theme[scale_of]):
        written = [theme["backgroundColor"]] if step in on_surface else [theme["textColor"], STREAMLITS_STRONG[look]]
        assert min(contrast(colour, one) for one in written) >= 4.5, (step, colour)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_lines_and_bars_stand_out_from_the_page_and_words_too(look):
    theme = themes_of(look)
    assert min(contrast(one, theme["backgroundColor"]) for one in theme["chartCategoricalColors"]) >= 3
    for name in ("primaryColor", "linkColor", "textColor", "redColor", "orangeColor", "greenColor", "grayColor"):
        assert contrast(theme[name], theme["backgroundColor"]) >= 4.5, name


def test_a_matrix_has_ten_colours_and_each_number_the_colour_of_its_step():
    assert len(scale(SEQUENTIAL)) == 2 * STEPS
    place = np.array([[0.0, 0.59], [0.6, 1.0]])
    text = np.array([["0", "59"], ["60", "100"]])
    made = numbers(["a", "b"], text, place, SEQUENTIAL, size=12)
    assert list(made.textfont.color) == [STRONG, STRONG, SURFACE, SURFACE]


def test_a_table_is_as_high_as_its_rows_and_no_higher_than_asked():
    assert fitted(1, 380) == fitted(0, 380) == 72
    assert fitted(100, 380) == 380


def themes_of(look: str) -> dict:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][look]
