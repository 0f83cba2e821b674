# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients that sshd has turned away under the settings in force, in its own words from the journal.

The words are those of OpenSSH 9.2 to 10. At its usual log level sshd does not tell the version of a client's program, but
what it offered.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator
from typing import TypedDict

from .run import ObservationError, Run

#: So far back, and so many lines of sshd's are read at most: what lies further back is not looked at.
HOURS = 24
MOST_LINES = 2000
#: Clients that are told, of each kind, those who came most often first.
MOST_CLIENTS = 5
_WORDS_LENGTH = 300
#: Said at each start and reload; what came before was refused under other settings.
_LOADED = "Server listening on "
_LINE = re.compile(r"(?P<time>\d+\.\d+) \S+ sshd[\w-]*\[\d+\]: (?P<said>.*)")
#: Kind -> how sshd says it; what it could not agree on is a kind of its own. What a client may choose stands last, or all of
#: it before the last address.
_KINDS = {
    "negotiation": re.compile(
        r"Unable to negotiate with (?P<client>\S+) port \d+: "
        r"(?P<words>no matching (?P<kind>[A-Za-z ]+) found\. Their offer: .*?)(?: \[preauth\])?"
    ),
    "user": re.compile(r"(?P<words>User .+ from (?P<client>\S+) not allowed because .+)"),
    "attempts": re.compile(
        r"error: (?P<words>maximum authentication attempts exceeded for .+) from (?P<client>\S+) port \d+ ssh2(?: \[preauth\])?"
    ),
    "penalty": re.compile(r"drop connection #\d+ from \[(?P<client>[^\]]+)\]:\d+ on \S+ (?P<words>penalty: .+|past .+)"),
    "slow": re.compile(
        r"(?:fatal: )?(?P<words>Timeout before authentication) for (?:connection from )?(?P<client>\S+)(?: port \d+| to .*)"
    ),
    "signature": re.compile(
        r"userauth_pubkey: (?P<words>signature algorithm .+ not in PubkeyAcceptedAlgorithms)(?: \[preauth\])?"
    ),
    "modes": re.compile(r"Authentication refused: (?P<words>bad ownership or modes for .+?)(?: \[preauth\])?"),
}  # fmt: skip
#: What any of these begins with, for journalctl(1), which then leaves out all other lines.
_GREP = (
    f"^({_LOADED}|Unable to negotiate|User .* not allowed|error: maximum authentication|drop connection"
    "|(fatal: )?Timeout before|userauth_pubkey: signature|Authentication refused: bad)"
)


class Client(TypedDict):
    """An address (empty where sshd does not tell it) that was turned away with the same ``words`` each time: how often, and
    when at last (seconds since the epoch).
    """

    address: str
    count: int
    last: float
    words: str


class Refusals(TypedDict):
    """Since when (seconds since the epoch), and kind -> clients; ``others`` counts those of each kind that are not told."""

    since: float
    clients: dict[str, list[Client]]
    others: dict[str, int]


def observe(run: Run) -> Refusals:
    """The clients that were turned away since sshd has read its settings, within the last day."""
    # Who is logged in may be in the unit too, and may write there under any name, but not as root.
    words = ["journalctl", "--quiet", "--no-pager", "--output=short-unix", "--unit=ssh.service", "_UID=0"]
    done = run([*words, f"--since=-{HOURS}h", f"--lines={MOST_LINES}", f"--grep={_GREP}", "--case-sensitive=yes"])
    if done.status and done.err.strip():  # without a line that matches it fails and says nothing
        raise ObservationError(f"journalctl failed: {done.err.strip()}")
    return read_refusals(done.out.splitlines())


def read_refusals(lines: Iterable[str]) -> Refusals:
    """What lines of the journal tell, in the order of their time. The host's own attempts do not count: it looks at itself."""
    since = 0.0
    found: dict[str, dict[tuple[str, str], Client]] = {}
    told = sorted((float(line["time"]), line["said"]) for line in map(_LINE.fullmatch, lines) if line)
    for time, said in told:
        if said.startswith(_LOADED):
            since, found = time, {}
        for kind, address, words in _refusal(said):
            if address and _is_own(address):
                continue
            clients = found.setdefault(kind, {})
            words = words[:_WORDS_LENGTH]
            count = clients[address, words]["count"] if (address, words) in clients else 0
            clients[address, words] = {"address": address, "count": count + 1, "last": time, "words": words}
    ordered = {
        kind: sorted(clients.values(), key=lambda client: (-client["count"], -client["last"]))
        for kind, clients in found.items()
    }
    return {
        "since": since or (told[0][0] if told else 0.0),
        "clients": {kind: clients[:MOST_CLIENTS] for kind, clients in ordered.items()},
        "others": {
            kind: len(clients) - MOST_CLIENTS for kind, clients in ordered.items() if len(clients) > MOST_CLIENTS
        },
    }


def _refusal(said: str) -> Iterator[tuple[str, str, str]]:
    """Kind, address and words."""
    for kind, pattern in _KINDS.items():
        line = pattern.fullmatch(said)
        if line:
            parts = {"kind": kind, "client": "", **line.groupdict()}
            yield parts["kind"], parts["client"], parts["words"]


def _is_own(address: str) -> bool:
    """Whether an address is one of this host: only then can it be bound to."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as tried:
        try:
            tried.bind((address, 0))
        except OSError:
            return False
        return True
