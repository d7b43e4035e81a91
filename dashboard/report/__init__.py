"""Reports: one self-contained HTML file that opens anywhere and loads nothing from a network."""

from dashboard.report.facts import Facts, gather
from dashboard.report.pdf import find_chrome, to_pdf
from dashboard.report.wish import ReportOptions
from dashboard.report.write import report, write

__all__ = ["Facts", "ReportOptions", "find_chrome", "gather", "report", "to_pdf", "write"]
