"""The networking document, declared once: what the group vars may hold, how it is read, and its schema for editors."""
