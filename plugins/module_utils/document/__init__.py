"""The networking page as data for its template, as pure Python. No Ansible, no I/O."""
