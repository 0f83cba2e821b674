# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read and merge ``authorized_keys`` (sshd(8), AUTHORIZED_KEYS FILE FORMAT). Pure text to text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence

#: Key types that current servers accept.
TYPES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
SHORTEST_RSA_BITS = 2048

_TYPE = re.compile(r"(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)(?=\s|$)")
#: Options with which a key lets in some only (sshd(8)).
_LIMITED = re.compile(r"\b(?:from=|expiry-time=|cert-authority)", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


class PublicKeyError(ValueError):
    """A line is not a public key that can be used; the text is for the user and never holds a private key."""


def identity(line: str) -> tuple[str, str] | None:
    """Type and base64 blob of a line, ``None`` for comments and anything else. Options and comment don't count."""
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    blank = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)  # an option's value may look like a key
    found = _TYPE.search(blank)
    return (found[1], found[2]) if found else None


def checked(line: str) -> tuple[str, str]:
    """The identity of a wanted key.

    :raises PublicKeyError: it is no public key, of a type that servers refuse, damaged, or RSA with less than 2048 bits.
    """
    if "PRIVATE KEY" in line:
        raise PublicKeyError("this is a private key; give the public one (the file that ends in .pub)")
    if "\n" in line.strip():
        raise PublicKeyError("this holds several lines; give one key for each entry")
    found = identity(line)
    if found is None:
        raise PublicKeyError(f"{line.strip()[:40]!r} is not a public key, such as 'ssh-ed25519 AAAA… name'")
    kind, blob = found
    if kind not in TYPES:
        raise PublicKeyError(
            f"keys of type {kind} are refused by current servers; make one with: ssh-keygen -t ed25519"
        )
    try:
        parts = _fields(base64.b64decode(blob, validate=True))
    except (binascii.Error, ValueError):
        raise PublicKeyError(f"{kind} {blob[:16]}… is damaged; copy the whole line of the .pub file") from None
    if parts[0].decode("ascii", "replace") != kind:
        raise PublicKeyError(f"the line says {kind}, the key itself {parts[0].decode('ascii', 'replace')}")
    if kind == "ssh-rsa" and (bits := int.from_bytes(parts[2], "big").bit_length()) < SHORTEST_RSA_BITS:
        raise PublicKeyError(f"an RSA key of {bits} bits is too short; make one with: ssh-keygen -t ed25519")
    return found


def merged(existing: Sequence[str], wanted: Iterable[str], exclusive: bool = False) -> list[str]:
    """The new texts of a user's files, which count as one: what they hold, and in the first the wanted keys that they lack.

    With ``exclusive`` keys that are not wanted go; comments stay. A key that is there already keeps its options.
    """
    keys = {checked(line): line.strip() for line in wanted}
    kept = [
        [line for line in text.splitlines() if not exclusive or identity(line) is None or identity(line) in keys]
        for text in existing
    ]
    present = {identity(line) for lines in kept for line in lines}
    kept[0] += [line for key, line in keys.items() if key not in present]
    return ["".join(f"{line}\n" for line in lines) for lines in kept]


def provable(texts: Iterable[str]) -> set[tuple[str, str]]:
    """The keys that let in from anywhere, now, and by themselves: without ``from=``, ``expiry-time=``, ``cert-authority``."""
    lines = (line for text in texts for line in text.splitlines())
    return {key for line in lines if (key := identity(line)) and not _LIMITED.search(line.partition(key[0])[0])}


def count(text: str) -> int:
    """How many keys a file holds."""
    return sum(identity(line) is not None for line in text.splitlines())


def _fields(blob: bytes) -> list[bytes]:
    """The length-prefixed strings of a key blob (RFC 4253, section 6.6). :raises ValueError: cut short."""
    fields, at = [], 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4], "big")
        if at + 4 + size > len(blob):
            raise ValueError("cut short")
        fields.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    if len(fields) < 2:
        raise ValueError("cut short")
    return fields
