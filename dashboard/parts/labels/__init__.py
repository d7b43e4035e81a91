"""The labels page: learning curves over labelled rows."""
