"""Nginx's request limits as pure Python: model, parse, check. No Ansible, no I/O."""
