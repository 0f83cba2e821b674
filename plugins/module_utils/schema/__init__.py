"""A JSON Schema of the group vars, made from the definitions that validation reads them by. No Ansible, no I/O."""
