# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate from the controller to a host, as a playbook has it: nobody sees a key."""

from __future__ import annotations

import grp
import json
import os
import subprocess
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.tests.unit.certificates import authority

ROOT = Path(__file__).resolve().parents[4]
CA, OTHER = authority(), authority()


class Site:
    """This machine as the host."""

    def __init__(self, directory: Path) -> None:
        self.place = directory / "tls"
        self._directory = directory

    def play(self, *arguments: str, ca: tuple[str, str] = CA, names: tuple[str, ...] = ("mother.internal", "10.0.0.31")) -> str:
        """Run it; what Ansible says."""
        task = {
            "directory": str(self.place),
            "group": grp.getgrgid(os.getegid()).gr_name,
            "names": list(names),
            "ca_certificate": ca[0],
            "ca_key": ca[1],
        }
        tasks = [{"name": "Have it", "nostromo.networking.postgresql_certificate": task}]
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        (self._directory / "play.yml").write_text(json.dumps([play]))
        words = ["ansible-playbook", "-i", "localhost,", "--diff", *arguments, str(self._directory / "play.yml")]
        environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_FORCE_COLOR": "false"}
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        keys = [ca[1], *(path.read_text() for path in self.place.glob("*.key*"))]
        assert not any(key.splitlines()[1] in said for key in keys)
        return said


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_it_is_made_once_and_again_where_something_is_another(site: Site) -> None:
    foreseen = site.play("--check")
    assert "a certificate for mother.internal, 10.0.0.31, good for 365 days" in foreseen and "changed=1" in foreseen
    assert not site.place.exists()
    made = site.play("-vvvvv")
    assert "# there is none" in made and "changed=1" in made
    key, certificate = ((site.place / name).read_text() for name in ("server.key", "server.crt"))
    assert "changed=0" in site.play("-vvvvv") and (site.place / "server.crt").read_text() == certificate
    again = site.play(ca=OTHER, names=("10.0.0.32",))
    assert "# another authority has signed it" in again and "# it is for mother.internal, 10.0.0.31, not for 10.0.0.32" in again
    assert (site.place / "server.key").read_text() == key
    assert (site.place / "server.crt").read_text() != certificate


def test_an_authority_that_cannot_sign_is_named(site: Site) -> None:
    assert "ca_key: is not the key of the certificate" in site.play(ca=(CA[0], OTHER[1]))
    assert "names: is empty" in site.play(names=())
    assert not site.place.exists()
