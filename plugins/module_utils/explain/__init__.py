"""Why the matrix allows or denies a connection, as pure Python. No Ansible, no I/O."""
