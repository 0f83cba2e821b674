"""Confirmed commits: files changed as one set, kept only when the change has proven itself. No Ansible imports."""
