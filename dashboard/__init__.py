"""User interfaces: navigation, forms, charts, shared pages and the command line."""
