# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the roles work, where nobody has tried, and where they do not."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.platforms import PlatformError, doubt


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        (("Debian", "12"), ""),
        (("Debian", "13"), ""),
        (("Debian", ""), "untested: this is Debian; supported: Debian 12 and 13"),
        (("Debian", "14"), "untested: this is Debian 14; supported: Debian 12 and 13"),
        (("Ubuntu", "24"), "untested: this is Ubuntu 24; supported: Debian 12 and 13"),
    ],
)
def test_where_they_may_run(platform: tuple[str, str], said: str) -> None:
    assert doubt(*platform) == said


@pytest.mark.parametrize(
    ("platform", "here"),
    [
        (("Debian", "11"), "Debian 11"),
        (("Ubuntu", "22"), "Ubuntu 22"),
        (("Fedora", "41"), "Fedora 41"),
        (("", ""), "unknown"),
    ],
)
def test_where_they_do_not(platform: tuple[str, str], here: str) -> None:
    with pytest.raises(PlatformError, match=f"^supported: Debian 12 and 13; this is {here}$"):
        doubt(*platform)
