# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Check or activate this host's SSH settings. Managed by Ansible: role nostromo.networking.ssh_hardening.

nostromo-sshd check      do the settings in force equal those of the role's drop-in, and does sshd listen?
nostromo-sshd activate   have sshd, and its socket where one is used, take up the files, then check
"""

from __future__ import annotations

import glob
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MAIN = "/etc/ssh/sshd_config"
DROP_IN = "/etc/ssh/sshd_config.d/00-nostromo.conf"
#: Empty, it stands for systemd's generator of further ways in to sshd: a local socket, and a host's (systemd-ssh-generator(8)).
GENERATOR = "/etc/systemd/system-generators/systemd-ssh-generator"
FURTHER_SOCKETS = ("sshd-unix-local.socket", "sshd-vsock.socket")
#: What a Match block may not open again.
GUARDED = {
    "permitrootlogin",
    "passwordauthentication",
    "kbdinteractiveauthentication",
    "challengeresponseauthentication",
    "pubkeyauthentication",
    "permitemptypasswords",
    "allowusers",
    "allowgroups",
}

Settings = dict[str, list[str]]


class Line(NamedTuple):
    """A directive in a configuration file; ``conditional`` inside a Match block."""

    file: str
    number: int
    keyword: str
    value: str
    conditional: bool


def lines_of(file: str, conditional: bool = False) -> Iterator[Line]:
    """The directives of a file in the order in which sshd reads them, includes followed."""
    try:
        text = Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    outside = conditional
    for number, raw in enumerate(text.splitlines(), start=1):
        found = re.match(r"\s*([A-Za-z][A-Za-z0-9]*)\s*(?:=|\s)\s*(.*?)\s*$", raw)
        if not found:
            continue
        keyword, value = found[1].lower(), found[2]
        if keyword == "match":
            conditional = outside or value.lower() != "all"
        elif keyword == "include":
            for pattern in value.replace('"', "").split():
                for name in sorted(glob.glob(os.path.join("/etc/ssh", pattern))):
                    yield from lines_of(name, conditional)
        else:
            yield Line(file, number, keyword, value, conditional)


def effective(*arguments: str) -> Settings:
    """What sshd makes of a configuration: keyword -> values."""
    with suppress(FileExistsError):
        os.mkdir("/run/sshd", 0o755)  # gone while systemd listens and nobody is connected
    shown = subprocess.run(["sshd", "-T", *arguments], capture_output=True, text=True, check=False)
    if shown.returncode:
        sys.exit(shown.stderr.strip() or f"sshd -T {' '.join(arguments)} failed")
    settings: Settings = {}
    for line in shown.stdout.splitlines():
        keyword, _space, value = line.partition(" ")
        settings.setdefault(keyword, []).append(value)
    return settings


def faults_of(lines: list[Line], own: set[str], wanted: Settings, actual: Settings) -> list[str]:
    """In what the settings in force differ from the wanted ones, and which line is to blame."""
    if not any(line.file == DROP_IN and not line.conditional for line in lines):
        return [f"{MAIN} does not include {DROP_IN}"]
    faults = []
    for keyword in sorted(own):
        # A line may say again what another says: Port, HostKey and their like add up (sshd_config(5)).
        if set(wanted.get(keyword, ())) == set(actual.get(keyword, ())):
            continue
        others = (line for line in lines if line.keyword == keyword and line.file != DROP_IN and not line.conditional)
        culprit = next(others, None)
        blame = f"{culprit.file} line {culprit.number} sets it" if culprit else "sshd does not say where it comes from"
        found, right = (", ".join(settings.get(keyword, ["unset"])) for settings in (actual, wanted))
        faults.append(f"{keyword} is {found} and should be {right}: {blame}")
    return faults + opened(lines, own, wanted)


def opened(lines: list[Line], own: set[str], wanted: Settings) -> list[str]:
    """What a Match block opens again."""
    return [
        f"{line.file} line {line.number}: a Match block sets {line.keyword} to {line.value}"
        for line in lines
        if line.conditional and line.keyword in own & GUARDED and [line.value.lower()] != wanted.get(line.keyword)
    ]


def listening(table: str) -> set[int]:
    """Ports with a listener, from the text of ``/proc/net/tcp`` or ``/proc/net/tcp6``."""
    rows = (row.split() for row in table.splitlines()[1:])
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A"}


def silent_ports(wanted: set[int], patience_seconds: float) -> set[int]:
    """The wanted ports on which nothing listens; a reload takes a moment."""
    until = time.monotonic() + patience_seconds
    while True:
        tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
        silent = wanted - set().union(*(listening(table.read_text()) for table in tables if table.exists()))
        if not silent or time.monotonic() > until:
            return silent
        time.sleep(0.1)


def check(patience_seconds: float = 0) -> None:
    """Exit with a message for each fault."""
    if not os.path.exists(DROP_IN):
        sys.exit(f"{DROP_IN} is missing")
    lines = list(lines_of(MAIN))
    own = {line.keyword for line in lines_of(DROP_IN)}
    wanted = effective("-f", DROP_IN)
    faults = faults_of(lines, own, wanted, effective())
    faults += [f"{unit} listens for sshd besides the port" for unit in FURTHER_SOCKETS if systemctl("is-active", unit)]
    faults += [f"nothing listens on port {port}" for port in sorted(silent_ports(ports_of(wanted), patience_seconds))]
    if faults:
        sys.exit("\n".join(faults))


def systemctl(*words: str) -> bool:
    """Whether a command of systemctl succeeded."""
    return subprocess.run(["systemctl", "--quiet", *words], stderr=subprocess.DEVNULL, check=False).returncode == 0


def activate() -> None:
    """Have sshd, and its socket where systemd listens for it, take up the files. Sessions go on."""
    systemctl("daemon-reload")
    if os.path.exists(GENERATOR):  # gone when the first commit is undone
        systemctl("stop", *FURTHER_SOCKETS)
    if systemctl("is-active", "ssh.socket"):
        # An sshd that was given its socket loses it by a reload. The next connection starts a new one.
        systemctl("stop", "ssh.service")
        if silent_ports(socket_ports(), 0):
            systemctl("restart", "ssh.socket")
    elif not systemctl("try-reload-or-restart", "ssh.service"):
        sys.exit("ssh.service cannot be reloaded: see journalctl --unit ssh.service")


def socket_ports() -> set[int]:
    """The ports that systemd is told to listen on for sshd."""
    show = ["systemctl", "show", "--property=Listen", "--value", "ssh.socket"]
    shown = subprocess.run(show, capture_output=True, text=True, check=False).stdout
    return {int(port) for port in re.findall(r"(\d+) \(Stream\)", shown)}


def ports_of(settings: Settings) -> set[int]:
    """The ports that sshd is told to listen on."""
    return {int(port) for port in settings["port"]}


def main(arguments: list[str]) -> None:
    """Run a subcommand."""
    if arguments == ["check"]:
        check()
    elif arguments == ["activate"]:
        activate()
        if os.path.exists(DROP_IN):  # gone when the first commit is undone
            check(patience_seconds=5)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
