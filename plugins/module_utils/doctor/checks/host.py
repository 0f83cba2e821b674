# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Can the host be looked at at all?"""

from __future__ import annotations

from ..model import Finding, Remedy

UNREACHABLE = "the host cannot be reached"
UNOBSERVED = "the host could not be looked at"


def unreachable(host: str, why: str, login: str) -> Finding:
    """Ansible got no connection. ``login`` is the command that tries the same by hand."""
    text = f"{host} cannot be reached over SSH, so most of it could not be looked at."
    return Finding("host-unreachable", host, text, _lines(why), (Remedy(login, "here"),))


def unobserved(host: str, why: str, login: str) -> Finding:
    """The host lets Ansible in, but not look: no sudo, no Python, no memory."""
    text = f"{host} lets us in over SSH, but could not be looked at."
    return Finding("host-unobserved", host, text, _lines(why), (Remedy(f"{login} sudo python3 --version", "here"),))


def _lines(why: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in why.splitlines() if line.strip())[-6:]
