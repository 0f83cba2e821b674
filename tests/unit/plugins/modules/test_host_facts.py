# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading os-release(5) and dpkg's listing."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.modules.host_facts import (
    architecture,
    distribution,
    hosts_file,
    installed,
    programs,
    upstream,
)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(
            'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n', ("Debian", "12", "bookworm"), id="Debian"
        ),
        pytest.param('ID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n', ("Ubuntu", "24", "noble"), id="Ubuntu"),
        pytest.param('# "\n\nNAME="A = b"\nID=debian\n', ("Debian", "", ""), id="testing has no version"),
    ],
)
def test_reads_the_distribution(text: str, facts: tuple[str, str, str]) -> None:
    names = ("distribution", "distribution_major_version", "distribution_release")
    assert distribution(text) == dict(zip(names, facts, strict=True))


@pytest.mark.parametrize(
    ("listing", "packages"),
    [
        pytest.param("installed nginx 2 amd64\ninstalled curl 1 amd64\n", {"curl": "1", "nginx": "2"}, id="sorted"),
        pytest.param(
            "config-files nginx 1 amd64\nnot-installed cron  \nunpacked jq 1 all\ninstalled apt 3 amd64\n",
            {"apt": "3"},
            id="only complete",
        ),
        pytest.param("installed libc6 2 amd64\ninstalled libc6 2 i386\n", {"libc6": "2"}, id="two architectures"),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_reads_packages(listing: str, packages: dict[str, str]) -> None:
    assert list(installed(listing).items()) == list(packages.items())


def test_the_architecture_is_that_of_dpkg() -> None:
    assert architecture("installed libc6 2 i386\ninstalled dpkg 1.22 amd64\ninstalled dpkg-dev 1 all\n") == "amd64"
    assert architecture("") == ""


@pytest.mark.parametrize(
    ("version", "program"),
    [("1:9.2p1-2+deb12u3", "9.2p1"), ("1.29.1-1~trixie", "1.29.1"), ("3.5.1", "3.5.1"), ("2:1.0-rc1-4", "1.0-rc1")],
)
def test_the_authors_version(version: str, program: str) -> None:
    assert upstream(version) == program


@pytest.mark.parametrize(
    ("packages", "versions"),
    [
        ({"nginx": "1.26.3-3", "bash": "5.2-1"}, {"nginx": "1.26.3"}),
        ({"postgresql-17": "17.5-1", "postgresql-17-cron": "1.6-2", "postgresql": "17+278"}, {"postgresql": "17.5"}),
        ({"postgresql-9": "9.0-1", "postgresql-15": "15.13-0+deb12u1"}, {"postgresql": "15.13"}),
        ({"postgresql-client-17": "17.5-1", "postgresql-common": "278"}, {}),
    ],
)
def test_versions_of_programs(packages: dict[str, str], versions: dict[str, str]) -> None:
    assert programs(packages) == versions


def test_names_of_hosts_that_others_may_write_are_none(tmp_path: Path) -> None:
    """The role then writes them."""
    own = Path("/etc/hosts").stat()
    sound = (own.st_uid, own.st_gid, own.st_mode & 0o7777) == (0, 0, 0o644)
    assert hosts_file() == (Path("/etc/hosts").read_text(encoding="utf-8") if sound else "")
    other = tmp_path / "hosts"
    other.write_text("127.0.0.1 localhost\n", encoding="utf-8")
    other.chmod(0o666)
    assert hosts_file(other) == ""
    assert hosts_file(tmp_path / "nothing") == ""
