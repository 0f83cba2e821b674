"""What a change of the data means: two sets of decisions held against each other, as pure Python. No Ansible, no I/O."""
