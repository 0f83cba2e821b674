# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How callers reach a component that has several nodes: through a balancer on their own host, which knows which are well."""
