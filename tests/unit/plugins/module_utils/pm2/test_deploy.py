# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is refused before anything of a service is touched. All else is tried on hosts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import Plan
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.deploy import DeployError, Deployment, Limits
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, PATH, RELEASE


def test_a_release_without_its_script(tmp_path: Path) -> None:
    service = replace(API, script="npm", directory=str(tmp_path))
    store = Store(str(tmp_path), (0, 0), 0)
    deployment = Deployment(service, str(tmp_path / "api.json"), PATH, store, Limits())
    steps = Plan(step="restart", reasons=("new",))
    with pytest.raises(
        DeployError, match=rf"^release {RELEASE} has no file 'npm', its script; what served before goes on"
    ):
        deployment.commit(RELEASE, steps, lambda: store.path(RELEASE).mkdir(parents=True))
    assert not (tmp_path / "api.json").exists()
    assert not (tmp_path / "api.json.proven").exists()
