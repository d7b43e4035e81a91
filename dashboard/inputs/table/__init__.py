"""Records of a table on the screen."""
