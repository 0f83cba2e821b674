# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the names of components lead on each host where that host reaches them?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..matrix.compile import names_on
from ..matrix.internal_names import named
from ..matrix.model import Host
from ..observe.names import HOSTS_FILE, Name
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held

_PART = "names"


def needs(intent: Intent, host: Host) -> Needs:
    """Where they lead."""
    names = list(names_on(intent.matrix, host))
    return {"internal_names": {"names": names}} if names else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each name."""
    intent, components = scene.intent, named(scene.intent.matrix)
    for name, wanted in names_on(intent.matrix, scene.host).items():
        found = scene.seen["internal_names"][name]
        yield held(
            f"{name} leads to {', '.join(wanted)}",
            _wrong(wanted, found),
            *_evidence(name, found),
            remedy=(*_removals(name, wanted, found), f"{intent.site} --tags {_PART}"),
            destination=components[name].key,
        )


def _wrong(wanted: Collection[str], found: Name) -> str:
    if not found["addresses"]:
        return f"it cannot be resolved ({found['problem']})"
    beside = [address for address in found["addresses"] if address not in wanted]
    missing = [address for address in wanted if address not in found["addresses"]]
    if beside:
        return f"it leads to {', '.join(beside)}{'' if missing else ' as well'}"
    return f"it does not lead to {', '.join(missing)}" if missing else ""


def _evidence(name: str, found: Name) -> Iterator[str]:
    if found["hosts_file"]:
        yield from (f"{HOSTS_FILE}: {line}" for line in found["hosts_file"])
    else:
        yield f"{name}: {', '.join(found['addresses']) or found['problem']}"


def _removals(name: str, wanted: Collection[str], found: Name) -> Iterator[str]:
    """Of lines beside those that a run keeps: the name goes, and what else such a line names stays."""
    for line in found["hosts_file"]:
        address = line.split()[0]
        if address in found["addresses"] and address not in wanted:
            start, word = (text.replace(".", r"\.") for text in (address, name))
            yield rf"sudo sed -i -E '/^\s*{start}\s/s/\s{word}(\s|$)/ /' {HOSTS_FILE}"


CHECK = Check("Names of components", needs, judge, part=_PART)
