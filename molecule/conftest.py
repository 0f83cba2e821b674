# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For the tests of all scenarios: the lab's hosts over SSH, as root, and the checkout as an importable collection."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
import testinfra
from testinfra.host import Host

ROOT = Path(__file__).resolve().parents[1]


def _install_collection() -> None:
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    if importlib.util.find_spec("ansible_collections") is None:
        _AnsibleCollectionFinder(paths=[str(ROOT / ".ansible" / "collections")], scan_sys_paths=False)._install()


_install_collection()
for helpers in ("default/tests", "shared"):  # for the tests of all scenarios
    sys.path.insert(0, str(ROOT / "molecule" / helpers))


def _lab_host(name: str) -> Host:
    return testinfra.get_host(f"ssh://{name}", ssh_config=str(ROOT / ".lab" / "ssh_config"), sudo=True)


@pytest.fixture(scope="session")
def server() -> Host:
    """The host that the collection set up."""
    return _lab_host("server")


@pytest.fixture(scope="session")
def outside() -> Host:
    """A client on the internet."""
    return _lab_host("outside")


@pytest.fixture(scope="session")
def admin() -> Host:
    """A client inside ADMIN_IPS."""
    return _lab_host("admin")


@pytest.fixture(scope="session")
def edge() -> Host:
    """What stands where Cloudflare would."""
    return _lab_host("edge")
