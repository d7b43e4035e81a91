"""Pictures as rows: read out of strangers' archives, proven, and kept in Parquet by reference."""
