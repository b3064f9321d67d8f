"""Worker processes: how they start, and what Ctrl+C may not break off. Nothing that takes long to import."""
