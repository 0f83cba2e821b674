"""The networking page: what its template writes, and what it hides."""
