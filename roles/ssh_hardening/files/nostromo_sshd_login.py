# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask sshd which keys let a user in. Managed by Ansible: role nostromo.networking.ssh_hardening.

nostromo-sshd-login accepts USER TYPE BASE64 ...   does sshd accept each of these keys of the user?
nostromo-sshd-login refuses USER TYPE BASE64 ...   does it accept none of them?

An sshd of its own, on no port, is asked, as a client does before it signs (RFC 4252, section 7), so that no private key is
needed and no penalty of the running one falls on anybody. Whether the user may log in at all is left to the commit of the
settings, which may be about to say so.
"""

from __future__ import annotations

import base64
import grp
import hashlib
import os
import pwd
import re
import shlex
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

Key = tuple[str, str]

#: Longest time for a login of which nothing is awaited but answers, in seconds.
PATIENCE = 30
CLIENT = {
    "BatchMode": "yes",
    "ControlPath": "none",
    "StrictHostKeyChecking": "no",
    "UserKnownHostsFile": "/dev/null",
    "GlobalKnownHostsFile": "/dev/null",
    "IdentitiesOnly": "yes",
    "IdentityAgent": "none",
    "PreferredAuthentications": "publickey",
}


def server(user: str, files: str | None = None) -> str:
    """The command of an sshd that serves one connection on its standard input, by other files, or whoever may log in."""
    if files:
        return shlex.join(["/usr/sbin/sshd", "-i", "-e", "-f", files, "-o", "LogLevel=VERBOSE", "-o", "MaxAuthTries=1000"])
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    # AllowUsers and AllowGroups add up; of the others the first counts.
    options = {"LogLevel": "VERBOSE", "MaxAuthTries": "1000", "AuthenticationMethods": "any", "AllowUsers": user}
    options["AllowGroups"] = group
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    return shlex.join(["/usr/sbin/sshd", "-i", "-e", *words])


def fingerprint(key: Key) -> str:
    """As sshd's log names a key."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(base64.b64decode(key[1])).digest()).decode().rstrip("=")


def ask(user: str, keys: list[Key], files: str | None = None) -> str:
    """Offer the keys; what the client and sshd say."""
    with suppress(FileExistsError):
        Path("/run/sshd").mkdir(mode=0o755)  # gone while systemd listens and nobody is connected
    with tempfile.TemporaryDirectory() as place:
        words = ["ssh", "-F", "none", "-v", "-T", "-n", "-l", user]
        for name, value in {**CLIENT, "ProxyCommand": server(user, files).replace("%", "%%")}.items():
            words += ["-o", f"{name}={value}"]
        for number, key in enumerate(keys):
            file = Path(place, f"{number}.pub")
            file.write_text(" ".join(key) + "\n", encoding="ascii")
            words += ["-i", str(file)]
        done = subprocess.run(
            [*words, "sshd", "true"], capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False
        )
    return done.stderr


def lets_in(user: str, keys: list[Key], files: str) -> bool:
    """Whether an sshd of these files accepts one of the keys, and the user."""
    return bool(accepted(ask(user, keys, files)))


def keys_in(user: pwd.struct_passwd, patterns: list[str]) -> list[Key]:
    """The public keys in a user's files, which are read as the user; those that let in only from somewhere are left out."""
    tokens = {"%%": "%", "%h": user.pw_dir, "%u": user.pw_name, "%U": str(user.pw_uid)}
    found: dict[Key, None] = {}
    for pattern in patterns:
        path = os.path.join(user.pw_dir, re.sub("%[%huU]", lambda token: tokens[token[0]], pattern))
        words = ["runuser", f"--user={user.pw_name}", "--", "head", "--bytes=1048576", path]
        text = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False).stdout
        for line in text.splitlines():
            key = re.match(r"(?:([^#].*?)\s)??((?:sk-)?(?:ssh|ecdsa)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)", line.strip())
            if key and not re.search("from=|expiry-time=|cert-authority", key[1] or "", re.IGNORECASE):
                found[key[2], key[3]] = None
    return list(found)


def accepted(said: str) -> dict[str, str]:
    """Fingerprint of each key that is accepted -> where sshd has found it."""
    places = dict(re.findall(r"^Accepted key \S+ (SHA256:\S+) found at (.+?)\r?$", said, re.MULTILINE))
    taken = re.findall(r"Server accepts key: .*?(SHA256:\S+)", said)
    return {one: places.get(one, "none of the user's files") for one in taken}


def reason(said: str) -> str:
    """Why sshd accepts none, in its own words, or the client's."""
    for pattern in (
        r"^Authentication refused: (.*)",
        r"^User \S+ from .* (not allowed because .*)",
        r"^(Could not .*)",
    ):
        found = re.search(pattern, said, re.MULTILINE)
        if found:
            return found[1].strip()
    if "Authentications that can continue" not in said:
        return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no answer")
    return "it stands in no file that sshd reads"


def faults(what: str, user: str, keys: list[Key]) -> list[str]:
    """What is not so, a sentence each."""
    said = ask(user, keys)
    taken = accepted(said)
    if what == "accepts":
        missing = (key for key in keys if fingerprint(key) not in taken)
        return [f"{user}: sshd does not accept the key {' '.join(key)[:40]}…: {reason(said)}" for key in missing]
    if "Authentications that can continue" not in said:
        return [f"{user}: sshd cannot be asked: {reason(said)}"]
    still = (key for key in keys if fingerprint(key) in taken)
    return [
        f"{user}: sshd still accepts the key {' '.join(key)[:40]}…: {taken[fingerprint(key)]} has it" for key in still
    ]


def main(arguments: list[str]) -> str | None:
    """Run a subcommand; what is not so, or ``None``."""
    what, user, *words = arguments or [""] * 2
    if what not in ("accepts", "refuses") or len(words) % 2:
        return __doc__
    keys = list(zip(words[::2], words[1::2], strict=True))
    return "\n".join(faults(what, user, keys)) or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
