"""PDF of a report, printed by a headless Chrome or Chromium of this machine, without a network."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from core.errors import UserError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--virtual-time-budget=8000",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
TIMEOUT_S = 90


def find_chrome() -> str | None:
    """Path of this machine's Chrome or Chromium, or None. CHROME in the environment names another."""
    named = os.environ.get("CHROME")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).is_file()), None)


def to_pdf(html: str) -> bytes:
    """PDF bytes of the report. Raises UserError where there is no Chrome, or where it does not print."""
    chrome = find_chrome()
    if chrome is None:
        raise UserError(
            "There is no Chrome or Chromium here to print with.",
            "Open the HTML file in any browser and print it to a PDF, or install Chromium.",
        )
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        command = [chrome, *FLAGS, *_as_root(), f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}"]
        try:
            done = subprocess.run(
                [*command, f"{page.as_uri()}#print"], capture_output=True, timeout=TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(f"Chrome did not print the report ({type(error).__name__}).", "Print the HTML.") from error
        if not pdf.is_file():
            raise UserError(
                f"Chrome did not print the report (code {done.returncode}).", "Print the HTML file instead."
            )
        return pdf.read_bytes()


def _as_root() -> list[str]:
    """Flag --no-sandbox where this process is root, under which Chrome's sandbox does not start; the page is ours."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
