# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A request limit, and what its numbers mean. Sources: ngx_http_limit_req_module.c, ngx_slab.c."""

from __future__ import annotations

from dataclasses import dataclass

_PAGE_BYTES = 4096
_PAGE_DESCRIPTOR_BYTES = 24
_POOL_HEADER_BYTES = 512
# A state takes one slot of 128 bytes while its key has at most 48, else one of 256.
_SHORT_STATES_PER_PAGE, _LONG_STATES_PER_PAGE = 32, 16
# One page goes to the zone's own bookkeeping, one slot to its name.
_PAGES_TAKEN, _SLOTS_TAKEN = 1, 1
# Variables whose value never exceeds 48 bytes: an address, as bytes or as text.
SHORT_VARIABLES = frozenset({"binary_remote_addr", "remote_addr", "realip_remote_addr", "server_addr"})


@dataclass(frozen=True)
class RateLimit:
    """A ``limit_req_zone`` with the ``limit_req`` that uses it.

    ``rate_per_second`` is the sustained rate of each client. ``burst`` requests beyond it are admitted; of these, the
    first ``delay`` are answered at once (all with ``nodelay``) and the others queue.
    """

    zone: str
    key: str
    size_bytes: int
    rate_per_second: float
    burst: int = 0
    nodelay: bool = False
    delay: int = 0
    location: str = "/"
    variables: tuple[str, ...] = ()
    path: str = ""

    @property
    def clients(self) -> int:
        """How many clients the zone remembers; when it is full, the one that was silent longest is forgotten."""
        pages = (self.size_bytes - _POOL_HEADER_BYTES) // (_PAGE_BYTES + _PAGE_DESCRIPTOR_BYTES) - _PAGES_TAKEN
        short = len(self.variables) == 1 and self.variables[0] in SHORT_VARIABLES
        return max(0, pages * (_SHORT_STATES_PER_PAGE if short else _LONG_STATES_PER_PAGE) - _SLOTS_TAKEN)

    @property
    def admitted_requests(self) -> int:
        """How many of any number of simultaneous requests are not refused."""
        return 1 + self.burst

    @property
    def immediate_requests(self) -> int:
        """How many of these are answered without queueing."""
        return 1 + (self.burst if self.nodelay else min(self.delay, self.burst))

    @property
    def longest_delay_ms(self) -> int:
        """How long the last admitted request queues."""
        queued = self.admitted_requests - self.immediate_requests
        return round(queued * 1000 / self.rate_per_second)
