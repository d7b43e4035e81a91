"""Pictures as rows: decoded from untrusted archives, verified, and kept in Parquet by reference."""
