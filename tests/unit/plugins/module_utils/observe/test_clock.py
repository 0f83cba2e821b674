# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import time

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.clock import observe, read_synchronised
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output


@pytest.mark.parametrize(
    ("shown", "synchronised"),
    [
        ("NTP=yes\nNTPSynchronized=yes\n", True),
        ("NTPSynchronized=no\n", False),
        ("Timezone=Etc/UTC\n", None),
        ("", None),
    ],
)
def test_synchronised(shown: str, synchronised: bool | None) -> None:
    assert read_synchronised(shown) is synchronised


def test_host_without_timedatectl() -> None:
    def run(words: list[str]) -> Output:
        if words[0] == "timedatectl":
            raise ObservationError("the host has no timedatectl")
        return Output(1, "none\n", "")

    seen = observe(run)  # type: ignore[arg-type]
    assert (seen["synchronised"], seen["container"]) == (None, "")
    assert abs(seen["now"] - time.time()) < 5
