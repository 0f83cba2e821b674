# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Directives of sshd, by the names of sshd_config(5) of OpenSSH 9.2 to 10.2 with Debian's, and who administers a host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults, show
from ..fields import read_mapping
from .kinds import Choice, Many, Switch, Text, Writable
from .options import Option, Plain
from .record import Record, says
from .schema import Schema, either, mapping, sequence, text
from .words import ABSOLUTE_PATH

_SWITCHES = """
    DebianBanner DisableForwarding ExposeAuthInfo GSSAPIAuthentication GSSAPICleanupCredentials GSSAPIKeyExchange
    GSSAPIStoreCredentialsOnRekey GSSAPIStrictAcceptorCheck HostbasedAuthentication HostbasedUsesNameFromPacketOnly
    IgnoreUserKnownHosts KbdInteractiveAuthentication KerberosAuthentication KerberosGetAFSToken KerberosOrLocalPasswd
    KerberosTicketCleanup PasswordAuthentication PermitEmptyPasswords PermitTTY PermitUserRC PrintLastLog PrintMotd
    PubkeyAuthentication RefuseConnection StreamLocalBindUnlink StrictModes TCPKeepAlive UseDNS UsePAM X11Forwarding
    X11UseLocalhost AllowAgentForwarding
"""
_OTHERS = """
    AcceptEnv AddressFamily AllowGroups AllowStreamLocalForwarding AllowTcpForwarding AllowUsers AuthenticationMethods
    AuthorizedKeysCommand AuthorizedKeysCommandUser AuthorizedKeysFile AuthorizedPrincipalsCommand
    AuthorizedPrincipalsCommandUser AuthorizedPrincipalsFile Banner CASignatureAlgorithms ChannelTimeout
    ChrootDirectory Ciphers ClientAliveCountMax ClientAliveInterval Compression DenyGroups DenyUsers FingerprintHash
    ForceCommand GSSAPIKexAlgorithms GatewayPorts HostCertificate HostKey HostKeyAgent HostKeyAlgorithms
    HostbasedAcceptedAlgorithms IPQoS IgnoreRhosts KexAlgorithms ListenAddress LogLevel LogVerbose LoginGraceTime MACs
    MaxAuthTries MaxSessions MaxStartups ModuliFile PerSourceMaxStartups PerSourceNetBlockSize PerSourcePenalties
    PerSourcePenaltyExemptList PermitListen PermitOpen PermitTunnel PermitUserEnvironment PidFile Port
    PubkeyAcceptedAlgorithms PubkeyAuthOptions RDomain RekeyLimit RequiredRSASize RevokedKeys SecurityKeyProvider
    SetEnv StreamLocalBindMask Subsystem SyslogFacility TrustedUserCAKeys UnusedConnectionTimeout VersionAddendum
    X11DisplayOffset XAuthLocation
"""
_CHOICES = {
    "permitrootlogin": ("yes", "no", "prohibit-password", "forced-commands-only"),
    **{name.lower(): ("yes", "no") for name in _SWITCHES.split()},
}
_NAMES = ("PermitRootLogin", *_SWITCHES.split(), *_OTHERS.split())
# What sshd_config(5) lets in where nothing is said.
_OPEN_DOORS = {"PasswordAuthentication": "sshd admits passwords", "PermitRootLogin": "sshd admits root with a key"}
_VALUE = Writable("sshd")
_KNOWN = {name.lower() for name in _NAMES}


class Directives(Plain):
    """Directives of sshd, name to a value or a list of values."""

    ansible_type = "dict"

    def read(self, value: object, path: str, faults: Faults) -> Mapping[str, object] | None:
        """Reads them."""
        found: dict[str, object] = {}
        for name, item in read_mapping(value, path, faults).items():
            where = f"{path}.{name}"
            if name.lower() not in _KNOWN:
                faults.unknown(where, name, "is not a directive of sshd for all connections", _NAMES)
            elif self._is_sound(name, item, where, faults):
                found[name] = item
        return found

    @staticmethod
    def _is_sound(name: str, value: object, path: str, faults: Faults) -> bool:
        before = len(faults)
        if value is None:
            faults.error(path, None, "has no value", "write it, or remove the directive")
            return False
        several = isinstance(value, list)
        for place, one in enumerate(value if isinstance(value, list) else [value]):
            where = f"{path}[{place}]" if several else path
            if isinstance(one, bool):
                word = "yes" if one else "no"
                faults.error(where, one, f"{show(one)} is a boolean in YAML", f'write "{word}" in quotes')
            elif _VALUE.read(one, where, faults) is not None:
                words = _CHOICES.get(name.lower())
                if words and one not in words:
                    faults.error(where, one, f"{show(one)} is not a known value", f"use {' or '.join(words)}")
        return len(faults) == before

    def schema(self) -> Schema:
        """Their schema."""
        return mapping(either(text(), {"type": "integer"}, sequence(text())))


class PublicKey(Text):
    """A line of a file authorized_keys."""

    def option(self) -> Option:
        """Its option, which is no secret."""
        return {**super().option(), "no_log": False}


def check_doors(documented: Mapping[str, object], path: str, faults: Faults) -> None:
    """Note the doors of which nothing is said, and which sshd then leaves open."""
    said = {name.lower() for name in documented}
    for name, consequence in _OPEN_DOORS.items():
        if name.lower() not in said:
            faults.warning(f"{path}.{name}", None, f"is not said, so that {consequence}", f'write {name}: "no"')


@dataclass(frozen=True)
class Admin(Record):
    """Who administers a host, as in the variable ``ssh_hardening_admins`` of the role of that name."""

    name: str = says("Login name.", Writable("login"), required=True)
    keys: tuple[str, ...] = says(
        "Public keys to add, each a line as in a file .pub, options allowed.", Many(PublicKey(1)), default=()
    )
    exclusive: bool = says(
        "Whether all other keys of the user are removed. Refused when no key would be left, and where sshd asks others than"
        " files as well (AuthorizedKeysCommand, TrustedUserCAKeys).",
        Switch(),
        default=False,
    )
    sudo: Literal["passwordless", "unchanged"] = says(
        "passwordless, since a user without a password cannot type one; unchanged leaves sudo as it is.",
        Choice("passwordless", "unchanged"),
        default="passwordless",
    )
    shell: str = says("Login shell of a user that is created.", ABSOLUTE_PATH, default="/bin/bash")


ADMINS = Many(Admin)
