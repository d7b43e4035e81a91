"""From a person's own untidy file to a table of answers, in English and in Chinese: nine clicks, no edit outside."""

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import LOCALES, Person
from tests.browser.test_journeys import TRAINS_MS

pytestmark = pytest.mark.timeout(900)
MOST_CLICKS = 9


def untidy(path: Path, newsdesk: pd.DataFrame) -> Path:
    """Title lines above the header, and a label in two spellings."""
    rows = newsdesk[newsdesk["label"].isin(["Earnings", "Mergers and acquisitions", "Oil"])]
    rows = rows.groupby("label").head(60).reset_index(drop=True)
    labels = [
        f"{label.upper()}\u00a0" if label == "Oil" and n % 3 == 0 else label for n, label in enumerate(rows["label"])
    ]
    table = pd.DataFrame({"Message": rows["text"], "Desk": labels}).to_csv(index=False)
    path.write_text(
        f"Quarterly export, all branches\nMade on 30 November, for internal use\n\n{table}", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_an_untidy_file_becomes_a_table_of_answers_in_nine_clicks(
    browser: Browser, tuneboard, newsdesk, tmp_path, language
):
    context = browser.new_context(locale=LOCALES[language], viewport={"width": 1280, "height": 900})
    page = context.new_page()
    person = Person(page, language)
    page.goto(f"{tuneboard}/data")
    person.bring(untidy(tmp_path / f"export-{language}.csv", newsdesk))
    expect(page.get_by_role("heading", name=f"export-{language}.csv")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("combobox", name=person.words("Which column holds the right answer?"))).to_have_value(
        "Desk"
    )

    person.press("Join as '{label}'", label="Oil")
    expect(page.get_by_text(person.words("What was mended"))).to_be_visible(timeout=60_000)
    person.press("Train on these rows")
    person.press("Start")
    person.press("Try it", wait_ms=TRAINS_MS)

    person.turn_to("A file")
    asked = tmp_path / "ask.csv"
    asked.write_text("Made on 1 December\nMESSAGE,note\ncrude oil prices rose,a\n,b\nnet profit of the quarter,c\n")
    person.bring(asked)
    person.press("Answer {n} rows", n="3")
    with page.expect_download(timeout=120_000) as download:
        person.press("Download as CSV", wait_ms=120_000)
    answered = pd.read_csv(download.value.path())
    assert len(answered) == 3
    assert answered[person.words("line")].tolist() == [3, 4, 5]
    assert answered[person.words("answer")].isna().tolist() == [False, True, False]
    assert set(answered[person.words("answer")].dropna()) <= {"Earnings", "Mergers and acquisitions", "Oil"}
    assert person.clicks <= MOST_CLICKS
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
