"""Access control: authentication, allowed hosts and origins, permissions, and request size limits."""
