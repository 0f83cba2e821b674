# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os

from ansible_collections.nostromo.networking.plugins.module_utils.observe.internal_names import observe
from ansible_collections.nostromo.networking.plugins.module_utils.observe.names import HOSTS_FILE, hosts_lines, text_of
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run


def test_a_name_of_the_hosts_file_is_looked_up_and_everybody_is_again_who_he_was() -> None:
    before = os.geteuid(), os.getegid()
    found = observe(run, ["localhost"])["localhost"]
    assert "127.0.0.1" in found["addresses"] and found["problem"] == ""
    assert found["hosts_file"] == hosts_lines(text_of(HOSTS_FILE), "localhost")
    assert (os.geteuid(), os.getegid()) == before
