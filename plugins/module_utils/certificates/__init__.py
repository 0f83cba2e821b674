"""A certificate kept by certbot: what it should be, what it is, and whether it can be had and is served."""
