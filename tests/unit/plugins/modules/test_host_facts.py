# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading os-release(5) and dpkg's listing."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.modules.host_facts import distribution, installed


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
    ("listing", "names"),
    [
        pytest.param("installed nginx\ninstalled curl\n", ["curl", "nginx"], id="sorted"),
        pytest.param(
            "config-files nginx\nnot-installed cron\nunpacked jq\ninstalled apt\n", ["apt"], id="only complete"
        ),
        pytest.param("installed libc6\ninstalled libc6\n", ["libc6"], id="two architectures"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_reads_names(listing: str, names: list[str]) -> None:
    assert installed(listing) == names
