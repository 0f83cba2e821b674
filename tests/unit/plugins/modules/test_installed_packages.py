# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading dpkg's listing."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.modules.installed_packages import installed


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
