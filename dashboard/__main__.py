"""`python -m dashboard` is `tuneboard`."""

from dashboard.command_line import main

main()
