"""The plan store: what people write. SQLite by default, PostgreSQL by setting."""
