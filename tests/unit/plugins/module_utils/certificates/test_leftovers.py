# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lineage that gets another name; the rest is tried with the module certbot_certificate."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.leftovers import renamed

RENEWAL = """\
version = 2.1.0
archive_dir = /etc/letsencrypt/archive/a.test-0001
cert = /etc/letsencrypt/live/a.test-0001/cert.pem
[renewalparams]
renew_hook = /opt/live/a.test-00011 a.test-0001
"""


@pytest.mark.parametrize("new", ["a.test", r"a\1.test"])
def test_only_the_lineages_own_paths_are_renamed(new: str) -> None:
    assert renamed(RENEWAL, "a.test-0001", new) == RENEWAL.replace("/a.test-0001\n", f"/{new}\n").replace(
        "/a.test-0001/", f"/{new}/"
    )
