"""SSH: public keys and the files that hold them. No Ansible imports."""
