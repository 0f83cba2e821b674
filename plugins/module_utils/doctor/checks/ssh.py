# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom does sshd turn away?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...observe.ssh_refusals import HOURS, Client, Refusals
from ..model import Check, Finding, Remedy, Scene
from ..words import moment, number

#: Kinds for which there is the set for older clients.
_OF_THE_SET = ("key exchange method", "host key type", "MAC")
#: What the role's `ssh_hardening_compatible` offers besides.
COMPATIBLE = {
    "curve25519-sha256", "curve25519-sha256@libssh.org", "hmac-sha2-512", "hmac-sha2-256",
    "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256",
}  # fmt: skip
#: Kind of refusal -> what happened, and how it is had otherwise.
_TEXTS = {
    "key exchange method": (
        "clients know none of the key exchange methods that are offered",
        "update them, or say in ssh_hardening_kex_algorithms what they know",
    ),
    "host key type": (
        "clients accept no host key of the types that are shown",
        "update them, or show further ones with ssh_hardening_host_keys",
    ),
    "cipher": (
        "clients know no cipher that is offered",
        "update them, or name one that they know in ssh_hardening_ciphers",
    ),
    "MAC": ("clients know no MAC that is offered", "update them, or name one that they know in ssh_hardening_macs"),
    "user": (
        "users are not among those who may log in",
        "name who may in ssh_hardening_admins or ssh_hardening_allow_users",
    ),
    "attempts": (
        "clients tried more keys than one connection may",
        "have them offer the right one (IdentitiesOnly yes), or raise ssh_hardening_max_auth_tries",
    ),
    "penalty": (
        "connections were dropped unheard, for there were too many or earlier ones had failed",
        "mend what fails there, or set MaxStartups or PerSourcePenaltyExemptList in ssh_hardening_settings",
    ),
    "slow": ("clients did not log in in time", "see what keeps them, or raise ssh_hardening_login_grace_seconds"),
    "signature": (
        "clients sign with an algorithm that is refused",
        "update them or give them a key of type ed25519, or set PubkeyAcceptedAlgorithms in ssh_hardening_settings",
    ),
    "modes": (
        "key files were passed over, for others than their user can write there",
        "take the right to write there from others (chmod go-w)",
    ),
}
_OTHER = ("clients and sshd have no algorithm in common", "update them")


def judge(scene: Scene) -> list[Finding]:
    """A doubt for each kind of refusal: it may be meant."""
    refusals: Refusals = scene.seen["ssh_refusals"]
    return [_finding(scene, kind, clients, refusals) for kind, clients in refusals["clients"].items()]


def summary(scene: Scene) -> str:
    """How far back was looked."""
    since = scene.seen["ssh_refusals"]["since"]
    return f"none was turned away {f'since {moment(since)}' if since else f'in {HOURS} hours'}"


def _finding(scene: Scene, kind: str, clients: Sequence[Client], refusals: Refusals) -> Finding:
    what, otherwise = _TEXTS.get(kind, _OTHER)
    site = scene.intent.tagged("ssh")
    remedy = (site,) if "ssh_hardening_" in otherwise else ()
    if kind in _OF_THE_SET and any(_offer(client) & COMPATIBLE for client in clients):
        otherwise = "update them, or have the set for older clients: ssh_hardening_compatible: true"
        remedy = (Remedy(f"{site.text} -e ssh_hardening_compatible=true", site.place),)
    evidence = tuple(_evidence(clients, refusals["others"].get(kind, 0)))
    return Finding("ssh-refused", kind, f"SSH: {what}; {otherwise}.", evidence, remedy, "warning")


def _offer(client: Client) -> set[str]:
    return set(client["words"].rpartition("Their offer: ")[2].split(","))


def _evidence(clients: Sequence[Client], others: int) -> Iterator[str]:
    for client in clients:
        who = client["address"] or "sshd does not tell from where"
        yield f"{who}, {number(client['count'], 'time')}, last {moment(client['last'])}: {client['words']}"
    if others:
        yield f"and {number(others, 'client')} more"


CHECK = Check("SSH clients", judge, summary, ("ssh_refusals",))
