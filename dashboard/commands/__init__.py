"""The command line's commands, one file per subject. The same engine as the browser's."""
