"""The documented network matrix as pure Python: model, parse, check, decide, compile. No Ansible, no I/O."""
