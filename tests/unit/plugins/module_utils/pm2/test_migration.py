# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Migrations: in which room they run, with what, and what becomes of a release whose migration fails.

The commands really run; systemd's programs are stood in for by scripts.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.deploy import DeployError, Deployment, Limits
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.migration import migrate, room
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Service
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, PATH, RELEASE

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")

RUN = r"""#!/bin/sh
echo "$@" >>"$LOG"
while [ "$1" != -- ]; do
  case $1 in --working-directory=*) cd "${1#*=}" ;; esac
  shift
done
shift
exec python3 -c 'import os, sys; os.execvp(sys.argv[1], [word.replace("$$", "$") for word in sys.argv[1:]])' "$@"
"""
CONTROL = r"""#!/bin/sh
case $* in
  *show*) echo exit-code ;;
  cat*) cat "$UNIT" ;;
esac
"""
UNIT = r"""# /etc/systemd/system/pm2-api.service
[Unit]
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/usr/bin/node Daemon.js
Restart=always
TimeoutStartSec=60
User=api
RuntimeDirectory=pm2/api
Environment="HOME=/var/lib/api" PM2_HOME=/run/pm2/api
MemoryMax=2048M
# It listens on its own ports only.
SocketBindAllow=tcp:8000
CapabilityBoundingSet=
ReadWritePaths="/var/lib/100%%"
BindPaths=/run/pm2/api
SystemCallFilter=~@keyring \
  @privileged

[Install]
WantedBy=multi-user.target

# /etc/systemd/system/pm2-api.service.d/more.conf
[Service]
MemoryMax=100M
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the release is."""
    for name, script in (("systemd-run", RUN), ("systemctl", CONTROL)):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "unit").write_text(UNIT, encoding="utf-8")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("UNIT", str(tmp_path / "unit"))
    (tmp_path / "release").mkdir()
    return tmp_path / "release"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return replace(API, user=pwd.getpwuid(0).pw_name, directory=str(tmp_path / "srv"), script="server.js")


def test_the_room_is_that_of_the_services_unit_with_its_drop_ins() -> None:
    assert room(UNIT, API) == [
        "MemoryMax=2048M",
        "SocketBindAllow=tcp:8000",
        "CapabilityBoundingSet=",
        'ReadWritePaths="/var/lib/100%"',
        "SystemCallFilter=~@keyring    @privileged",
        "MemoryMax=100M",
    ]


def test_commands_run_in_the_release_with_the_services_variables_alone(
    place: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_ANSIBLE", "1")
    migrate(service, PATH, str(place), ["env >seen", 'read -r more || echo "$PORT" >>order', "echo 2 >>order"], 5)
    seen = set((place / "seen").read_text(encoding="utf-8").splitlines())
    assert {"PGPASSWORD=hush", "PORT=8000", "HOME=/var/lib/api", f"PATH={PATH}"} <= seen
    assert not any(line.startswith("OF_ANSIBLE") for line in seen)
    assert (place / "order").read_text(encoding="utf-8") == "8000\n2\n"
    told = (place.parent / "log").read_text(encoding="utf-8")
    assert "--unit=migrate-api.service" in told
    assert f"--uid={service.user} --gid=0" in told
    assert "--property=MemoryMax=100M --property=RuntimeMaxSec=5" in told
    assert "hush" not in told  # nor can anybody ask systemd for it


def test_the_first_that_fails_is_the_last(place: Path, service: Service) -> None:
    with pytest.raises(BuildError, match=r"(?s)^migration 1 of 2, 'echo why; exit 3', ended with status 3\n  \| why$"):
        migrate(service, PATH, str(place), ["echo why; exit 3", "touch second"], 5)
    assert not (place / "second").exists()


def test_their_time_is_one(place: Path, service: Service) -> None:
    with pytest.raises(BuildError, match="migration 2 of 2, 'true', had no time left of the 1 s"):
        migrate(service, PATH, str(place), ["sleep 1.1", "true"], 1)


class Attempts:
    """A service whose release is built anew where it is missing."""

    def __init__(self, service: Service) -> None:
        self.store = Store(service.directory, (0, 0), 0)
        self.deployment = Deployment(service, "/none", PATH, self.store, Limits())
        self.builds = 0

    def prepare(self, command: str) -> None:
        def build() -> None:
            self.builds += 1
            (self.store.create(RELEASE).tree / "server.js").touch()
            self.store.finish(RELEASE, self.store.is_migrated(RELEASE))

        self.deployment.prepare(RELEASE, build, () if self.store.is_migrated(RELEASE) else [command])


def test_a_release_whose_migration_fails_is_none_and_the_next_run_tries_again(place: Path, service: Service) -> None:
    attempts, ran = Attempts(service), place / "ran"
    with pytest.raises(DeployError) as error:
        attempts.prepare(f"echo once >>{ran}; echo no table; exit 3")
    first, *more = str(error.value).splitlines()
    assert first.startswith(f"release {RELEASE}: migration 1 of 1, ")
    assert first.endswith("ended with status 3. It replaces nothing, what served before goes on; the next run tries again")
    assert more == ["  | no table"]
    assert (attempts.store.complete(), attempts.store.incomplete()) == ([], [])
    attempts.prepare(f"echo once >>{ran}")
    assert attempts.store.is_complete(RELEASE)
    assert (attempts.builds, ran.read_text(encoding="utf-8")) == (2, "once\nonce\n")


def test_one_that_succeeded_runs_no_more_even_if_the_release_is_built_again(place: Path, service: Service) -> None:
    attempts, ran = Attempts(service), place / "ran"
    for _attempt in range(2):
        attempts.prepare(f"echo once >>{ran}")
    attempts.store.remove([RELEASE])  # as one that did not become healthy
    attempts.prepare(f"echo once >>{ran}")
    assert attempts.store.is_complete(RELEASE)
    assert (attempts.builds, ran.read_text(encoding="utf-8")) == (2, "once\n")


def test_the_release_that_serves_stays_whatever_its_migration_does(place: Path, service: Service) -> None:
    attempts = Attempts(service)
    attempts.prepare("true")
    attempts.store.switch(RELEASE)
    (attempts.store.root / ".migrated" / RELEASE).unlink()
    (attempts.store.root / ".complete" / RELEASE).unlink()
    with pytest.raises(DeployError):
        attempts.prepare("exit 3")
    assert attempts.store.path(RELEASE).is_dir()
