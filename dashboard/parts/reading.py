"""Other ways to read a file, in words for a button."""

from core.data import ReadOptions
from dashboard.language.plain import plain
from dashboard.language.words import tr, trn


def reading_words(options: ReadOptions, since: ReadOptions) -> str:
    """What a button does that reads the file with `options` instead of `since`."""
    if options.sheet != since.sheet:
        return tr("Read the sheet {name}", name=plain(options.sheet or ""))
    if options.delimiter != since.delimiter:
        return tr("Cells are separated by {sign}", sign=plain(options.delimiter or ""))
    if options.hidden_rows != since.hidden_rows:
        return tr("Read hidden rows too") if options.hidden_rows else tr("Leave hidden rows out")
    if options.fill_merged != since.fill_merged:
        return tr("Fill merged cells down") if options.fill_merged else tr("Leave merged cells as they stand")
    return header_words(options)


def header_words(options: ReadOptions) -> str:
    """What is said of the column names by a button."""
    if options.header is False:
        return tr("There are no column names: every line is a row")
    if not options.skip_lines:
        return tr("The first line holds the column names")
    return trn("Skip {n} line: the names are below it", "Skip {n} lines: the names are below them", options.skip_lines)
