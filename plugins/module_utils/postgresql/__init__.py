"""PostgreSQL: stored passwords, and who may do what. No Ansible imports, no I/O."""
