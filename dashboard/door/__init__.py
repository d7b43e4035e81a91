"""The door: who comes in, from where, and how much of a request is read. Nothing behind it is reached without it."""
