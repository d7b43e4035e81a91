"""Access control: who comes in, from where, what she may use, and how much of a request is read."""
