# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DNS: names that lead elsewhere, seen by the host and from the controller, and resolvers that do not answer."""

from __future__ import annotations

import pytest
from ailing import ADMIN, broken, diagnose, eventually

HOSTS, RESOLVERS = "/etc/hosts", "/etc/resolv.conf"


def saved(file: str, change: str) -> tuple[str, str]:
    """Change a file, and change it back: in its place, for it is mounted."""
    return f"cp {file} /run/file-before; {change}", f"cat /run/file-before >{file}"


def test_no_resolver_answers() -> None:
    by, undo = saved(RESOLVERS, f"printf 'nameserver 192.0.2.53\\noptions timeout:1 attempts:1\\n' >{RESOLVERS}")
    names = [f"name-wrong:{name}.nostromo.cl on the host" for name in ("app", "api", "www")]
    with broken(by, undo):
        found = eventually("resolver-down:server", *names, seconds=40)
        cause, *others = found.findings
        assert cause.text == "No resolver answers: this host can look up no name."
        assert cause.saw("192.0.2.53: this host's firewall lets no question out to it (network_resolver_addresses)")
        assert {one.cause for one in others} == {cause.text}


def test_first_resolver_does_not_answer() -> None:
    by, undo = saved(RESOLVERS, f"(echo nameserver 192.0.2.53; cat /run/file-before) >{RESOLVERS}")
    with broken(by, undo):
        finding = eventually("resolver-slow:server", seconds=40).of("resolver-slow")
        assert finding.text == "The first resolver, 192.0.2.53, does not answer: every lookup waits for the second."


@pytest.mark.parametrize("name", ["app", "api", "www"])
def test_names_lead_elsewhere_from_here(name: str, elsewhere: dict[str, str]) -> None:
    """The lab's records stay; what is documented moves to another host of the lab."""
    assert elsewhere[f"{name}.nostromo.cl from here"].startswith(f"In DNS     {name}.nostromo.cl ")


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, str]:
    found = diagnose("-e", f"network_external_address={ADMIN}", "-e", "symptom=certificate")
    wrong = [one for one in found.findings if one.kind == "name-wrong" and one.subject.endswith("from here")]
    assert all(one.text.endswith(f" from here, not to {ADMIN}.") for one in wrong)
    assert all(one.remedy[0]["place"] == "dns" for one in wrong)
    return {one.subject: f"In DNS     {one.remedy[0]['text']}" for one in wrong}
