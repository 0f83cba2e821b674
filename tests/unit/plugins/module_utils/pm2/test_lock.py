# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs do not deploy one service at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.lock import BusyError, locked


def test_one_at_a_time(tmp_path: Path) -> None:
    with locked("api", 0, str(tmp_path)), locked("web", 0, str(tmp_path)):
        with pytest.raises(BusyError) as error, locked("api", 0, str(tmp_path)):
            pytest.fail("the lock was given twice")
        assert str(error.value) == "another run has been deploying it for more than 0 s; let it end"
    with locked("api", 0, str(tmp_path)):
        pass
