# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The systemd units that return a host to the state before commits that were cut off, while it boots.

Two, so that neither may do what only the other has to: what lies in places of users, as their homes, returns with these users'
rights and nobody else's; what is root's returns with any owner and mode. The first runs before the second, which ends the
commit only if nothing of it is left. (Starting something as a user from the second, as systemd-run does, needs D-Bus, which
does not run so early.) Nearly everything that a commit may have changed starts after sysinit.target, firewalls before it.
"""

from __future__ import annotations

from . import journal

_HOMES, _REST = "nostromo-commit-homes.service", "nostromo-commit.service"

#: In both no file system is read-only, for what returns may lie anywhere, and the set-user-ID bit is not refused, for it may
#: have been there. They run at boot only, and only when a commit was cut off.
_SANDBOX = """\
NoNewPrivileges=yes
PrivateNetwork=yes
PrivateDevices=yes
PrivateIPC=yes
PrivateMounts=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
UMask=0077
IPAddressDeny=any
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @keyring @memlock
SystemCallErrorNumber=EPERM
"""


def _unit(description: str, after: str, before: str, service: str) -> str:
    return f"""\
# Managed by Ansible (nostromo.networking.confirmed_commit).
[Unit]
Description={description}
DefaultDependencies=no
ConditionPathExistsGlob={journal.STATE}/*/pending
After={after}
Before={before} sysinit.target shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
{_SANDBOX}{service}
[Install]
WantedBy=sysinit.target
"""


#: The units by name, in the order in which they run.
UNITS = {
    _HOMES: _unit(
        "Return to the files from before unconfirmed commits in places of their users",
        after="local-fs.target",
        before=_REST,
        service=f"""\
ExecStart={journal.PROGRAM} boot-homes
# Whatever a user has put in the way, the boot goes on.
TimeoutStartSec=60

# It becomes those users, and may nothing else that root may.
CapabilityBoundingSet=CAP_SETUID CAP_SETGID
SystemCallFilter=@setuid
RestrictAddressFamilies=none
""",
    ),
    _REST: _unit(
        "Return to the configuration from before unconfirmed commits",
        after=f"local-fs.target {_HOMES}",
        before="network-pre.target nftables.service nostromo-firewall.service",
        service=f"""\
ExecStart={journal.PROGRAM} boot

# It gives files back to whom they belonged, and has systemd read its units again over a socket; it becomes nobody else.
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID
SystemCallFilter=@chown
RestrictAddressFamilies=AF_UNIX
""",
    ),
}
