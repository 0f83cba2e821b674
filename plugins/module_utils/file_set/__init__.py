"""A named set of files that is staged, validated, swapped and activated as one. No Ansible imports."""
