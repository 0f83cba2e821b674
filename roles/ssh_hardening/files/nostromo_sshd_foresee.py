# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What other files would do once sshd loads them. Managed by Ansible: role nostromo.networking.ssh_hardening.

nostromo-sshd-foresee DROP_IN USER ...   with that drop-in of the role's, do the other files let the users in, and sshd listen?
                                         and does none of their lines win over it?

A line that sshd has not loaded yet shuts nobody out; whatever makes sshd read its files does, and so does taking that back.
So this is asked before anything is changed.
"""

from __future__ import annotations

import os
import pwd
import socket
import sys
import tempfile
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

TOOLS = "/usr/local/sbin"
#: Written by sshd whenever it has read its files, at a reload too.
PID_FILE = "/run/sshd.pid"
#: With what a login that sshd accepts leads nowhere -> values that do not, as ``sshd -T`` prints them.
HARMLESS: dict[str, tuple[list[str], ...]] = {
    "authenticationmethods": (["any"], ["publickey"]),
    "chrootdirectory": (["none"], []),
    "forcecommand": (["none"], []),
    "maxsessions": (["10"],),
    "refuseconnection": (["no"], []),
}
#: Which lines decide who gets in, in the order in which sshd asks them.
DECIDING = (
    "denyusers",
    "allowusers",
    "denygroups",
    "allowgroups",
    "authenticationmethods",
    "pubkeyauthentication",
    "authorizedkeysfile",
    "authorizedkeyscommand",
    "pubkeyacceptedalgorithms",
    "refuseconnection",
)
_FROM = "host=unknown.invalid,addr=192.0.2.1"
_WILDCARDS = ("0.0.0.0", "::")

Listener = tuple[str, int]


def tool(name: str) -> ModuleType:
    """Another tool of the role, as a module."""
    sys.dont_write_bytecode = True
    loader = SourceFileLoader(name.replace("-", "_"), os.path.join(TOOLS, name))
    spec = spec_from_loader(loader.name, loader)
    if spec is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def blame(lines: Iterable[Any], keywords: Iterable[str], own: str) -> str:
    """The first line of others that says one of these."""
    others = [line for line in lines if line.file != own]
    for keyword in keywords:
        for line in others:
            if line.keyword == keyword:
                return f"{line.file} line {line.number} ({line.keyword} {line.value})"
    return "sshd does not say which line"


def listeners(tables: Iterable[str]) -> set[Listener]:
    """Where something listens, from the texts of ``/proc/net/tcp`` and ``/proc/net/tcp6``."""
    found = set()
    for row in (row.split() for table in tables for row in table.splitlines()[1:]):
        if row[3] == "0A":
            address, _colon, port = row[1].rpartition(":")
            words = (bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8))
            packed = b"".join(words)
            family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
            found.add((socket.inet_ntop(family, packed), int(port, 16)))
    return found


def listener(address: str) -> Listener:
    """``[::]:22`` or ``0.0.0.0:22``, as ``sshd -T`` prints them."""
    host, _colon, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def closed(now: set[Listener], before: set[int], then: set[Listener], ports: set[int]) -> list[str]:
    """Addresses at which sshd listens, at one of its ports ``before``, and would not any more at its ``ports``; sorted."""
    hosts = {host for host, port in now if port in before}
    lost = set()
    for host in hosts:
        wildcard = _WILDCARDS[":" in host]
        if any((host, port) not in then and (wildcard, port) not in then for port in ports):
            lost.add(host)
    return sorted(lost)


def dormant(file: str) -> bool:
    """Whether a file has come to be, or changed, since sshd has read its files."""
    try:
        return os.stat(file).st_ctime > os.stat(PID_FILE).st_mtime
    except FileNotFoundError:
        return False


def keys_of(login: ModuleType, user: str, told: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The public keys in the files where sshd would look, and in those where it does by default."""
    entry = pwd.getpwnam(user)
    patterns = " ".join(told.get("authorizedkeysfile", [])).split()
    return list(login.keys_in(entry, [*patterns, ".ssh/authorized_keys", ".ssh/authorized_keys2"]))


def of_user(sshd: ModuleType, login: ModuleType, user: str, files: str, own: str, lines: list[Any]) -> list[str]:
    """What would keep a user out, a sentence each. Who has no key, or is judged by address, is not judged."""
    told = sshd.effective("-f", files, "-C", f"user={user},{_FROM}")
    name = sshd.DROP_IN
    faults = []
    for keyword, harmless in HARMLESS.items():
        value = told.get(keyword, [])
        culprits = [line for line in lines if line.keyword == keyword and line.file != name and dormant(line.file)]
        if culprits and value not in harmless:
            faults.append(f"{user}: {blame(culprits, [keyword], name)} is not loaded yet, and would hinder the login")
    by_address = any("@" in value for keyword in ("allowusers", "denyusers") for value in told.get(keyword, []))
    keys = [] if by_address else keys_of(login, user, told)
    if faults or not keys or login.lets_in(user, keys, files) or not login.lets_in(user, keys, own):
        return faults
    return [f"{user}: sshd would accept none of the user's keys: {blame(lines, DECIDING, name)}"]


def earlier(sshd: ModuleType, lines: Iterable[Any], own: set[str], wanted: dict[str, list[str]]) -> list[str]:
    """Lines in drop-ins that sshd reads before the role's, and of which it takes another value."""
    place = os.path.dirname(sshd.DROP_IN)
    before = [line for line in lines if os.path.dirname(line.file) == place and line.file < sshd.DROP_IN]
    told = {file: sshd.effective("-f", file) for file in {line.file for line in before}}
    faults = []
    for line in before:
        right, theirs = wanted.get(line.keyword, []), told[line.file].get(line.keyword, [])
        if line.keyword in own and not line.conditional and set(theirs) - set(right):
            where = f"{line.file} line {line.number} ({line.keyword} {line.value})"
            faults.append(f"{where} is read first, and should be {', '.join(right)}")
    return faults


def foresee(drop_in: str, users: list[str]) -> list[str]:
    """What other files would shut, or set otherwise, a sentence each."""
    sshd, login = tool("nostromo-sshd"), tool("nostromo-sshd-login")
    lines = list(sshd.lines_of(sshd.MAIN))
    own = {line.keyword for line in sshd.lines_of(drop_in)}
    with tempfile.TemporaryDirectory() as place:
        files = os.path.join(place, "files")
        alone = os.path.join(place, "alone")
        Path(files).write_text(f"Include {drop_in}\nInclude {sshd.MAIN}\n", encoding="utf-8")
        # As Debian's own file says: without PAM, who has no password counts as locked, and is refused.
        Path(alone).write_text(f"Include {drop_in}\nUsePAM yes\n", encoding="utf-8")
        wanted, then = sshd.effective("-f", drop_in), sshd.effective("-f", files)
        faults = earlier(sshd, lines, own, wanted) + sshd.opened(lines, own, wanted)
        if "listenaddress" not in own and not sshd.systemctl("is-active", "ssh.socket"):
            tables = [path.read_text() for name in ("tcp", "tcp6") if (path := Path("/proc/net", name)).exists()]
            before = {int(line.value) for line in lines if line.keyword == "port" and line.value.isdigit()} or {22}
            to_be = set(map(listener, then["listenaddress"]))
            culprit = blame(lines, ["listenaddress", "addressfamily"], sshd.DROP_IN)
            for host in closed(listeners(tables), before, to_be, sshd.ports_of(wanted)):
                faults.append(f"sshd listens on {host}, and would not any more: {culprit}")
        known = {entry.pw_name for entry in pwd.getpwall()}
        for user in (user for user in users if user in known):
            faults += of_user(sshd, login, user, files, alone, lines)
    return faults


def main(arguments: list[str]) -> str | None:
    """Foresee; what would be shut, or set otherwise, or ``None``."""
    if not arguments:
        return __doc__
    faults = foresee(arguments[0], arguments[1:])
    if not faults:
        return None
    head = (
        "lines of other files would shut out whoever must get in once sshd loads them, or win over this role's; "
        "mend or remove them:"
    )
    return "\n".join([head, *faults])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
