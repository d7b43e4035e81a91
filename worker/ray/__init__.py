"""The executor on a Ray cluster: its jobs, their handles, and the process that a job starts."""
