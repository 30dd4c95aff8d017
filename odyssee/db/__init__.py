"""The curation database: all SQL, and nothing but SQL."""
