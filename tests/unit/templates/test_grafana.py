# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's unit, and where it comes from: apt takes it from there alone, and trusts nobody but the pinned key."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest

from .conftest import Render
from .tools import tool

_DAEMONS = {"grafana": {"user": "grafana", "listen": "127.0.0.1:3000"}}
_VERSION = "12.4.7"


def test_it_is_confined(render: Render, tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", "--version")
    unit = tmp_path / "grafana-server.service"
    unit.write_text(render("monitoring", "grafana.conf.j2", __monitoring_daemons=_DAEMONS), encoding="utf-8")
    command = [analyze, "security", "--offline=true", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rating = re.search(r"exposure level for .*: ([\d.]+)", done.stdout)
    assert rating, done.stderr
    assert float(rating[1]) <= 1.3


def test_systemd_understands_it(render: Render, tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", "--version")
    unit = tmp_path / "grafana-server.service"
    text = render("monitoring", "grafana.conf.j2", __monitoring_daemons=_DAEMONS)
    unit.write_text(text.replace("/usr/share/grafana/bin/grafana", "/bin/true"), encoding="utf-8")
    command = [analyze, "verify", "--man=no", "--generators=no", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


class Repository:
    """A repository of Debian packages in a directory, and apt that knows of no other."""

    def __init__(self, place: Path, url: str, render: Render) -> None:
        self._place, self._url, self._render = place, url, render
        self._gpg = [tool("gpg"), "--homedir", str(place / "gpg"), "--batch", "--quiet", "--passphrase", ""]
        self._apt = tool("apt-get")
        for name in ("gpg", "repository/dists/stable/main/binary-amd64", "lists/partial", "cache", "etc/preferences.d"):
            (place / name).mkdir(parents=True, mode=0o700)

    def key(self, name: str) -> str:
        """Makes a key. :return: its fingerprint."""
        self._run(*self._gpg, "--quick-generate-key", name, "ed25519", "sign", "never")
        listed = self._run(*self._gpg, "--with-colons", "--list-keys", name)
        return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))

    def publish(self, packages: list[tuple[str, str]], signer: str) -> None:
        """Lists packages, and signs the list."""
        entry = "Package: {0}\nVersion: {1}\nArchitecture: amd64\nFilename: {0}.deb\nSize: 1\nSHA256: {2}\n"
        listed = "\n".join(entry.format(name, version, "0" * 64) for name, version in packages)
        dists = self._place / "repository" / "dists" / "stable"
        (dists / "main" / "binary-amd64" / "Packages").write_text(listed, encoding="utf-8")
        digest = hashlib.sha256(listed.encode()).hexdigest()
        release = "Suite: stable\nArchitectures: amd64\nComponents: main\nDate: Sat, 28 Nov 2026 00:00:00 UTC\nSHA256:\n"
        (dists / "Release").write_text(f"{release} {digest} {len(listed)} main/binary-amd64/Packages\n", encoding="utf-8")
        signed = ["--yes", "--local-user", signer, "--output", str(dists / "InRelease"), "--clearsign", str(dists / "Release")]
        self._run(*self._gpg, *signed)

    def update(self, fingerprint: str) -> subprocess.CompletedProcess[str]:
        """apt as the role has it: a file with every key, of which one is pinned."""
        keys = self._place / "keys.asc"
        keys.write_text(self._run(*self._gpg, "--armor", "--export"), encoding="utf-8")
        source = {
            "url": self._url,
            "suite": "stable",
            "component": "main",
            "key": "unused",
            "fingerprint": fingerprint,
        }
        told = {"monitoring_grafana_repository": source, "__monitoring_grafana_key": str(keys)}
        for template, path in (
            ("repository.sources", "nostromo-grafana.sources"),
            ("preferences", "preferences.d/nostromo-grafana"),
        ):
            text = self._render("monitoring", f"grafana/{template}.j2", **told)
            (self._place / "etc" / path).write_text(text, encoding="utf-8")
        return subprocess.run(
            [self._apt, *self._options(), "update"], env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True
        )

    def policy(self, package: str) -> str:
        """What apt would install, and why."""
        return self._run(tool("apt-cache"), *self._options(), "policy", package)

    def _options(self) -> list[str]:
        here = self._place
        values = {
            "APT::Architecture": "amd64",
            "APT::Architectures": "amd64",
            "APT::Sandbox::User": "",
            "Dir::Etc": f"{here}/etc",
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": f"{here}/etc",
            "Dir::Etc::Trusted": "/dev/null",
            "Dir::Etc::TrustedParts": "/dev/null",
            "Dir::State::Lists": f"{here}/lists",
            "Dir::State::Status": "/dev/null",
            "Dir::Cache": f"{here}/cache",
            "APT::Update::Error-Mode": "any",
            "Acquire::http::Proxy": "DIRECT",
        }
        return [word for key, value in values.items() for word in ("-o", f"{key}={value}")]

    @staticmethod
    def _run(*command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def repository(tmp_path: Path, render: Render) -> Iterator[Repository]:
    with HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "repository"))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Repository(tmp_path, f"http://127.0.0.1:{server.server_port}", render)
        server.shutdown()


def test_apt_trusts_the_pinned_key_alone(repository: Repository) -> None:
    ours, other = repository.key("ours"), repository.key("other")
    repository.publish([("grafana", _VERSION)], other)
    done = repository.update(ours)
    assert done.returncode != 0
    assert "signature" in done.stderr
    repository.publish([("grafana", _VERSION)], ours)
    done = repository.update(ours)
    assert done.returncode == 0, done.stderr


def test_apt_takes_the_pinned_version(repository: Repository) -> None:
    ours = repository.key("ours")
    repository.publish([("grafana", "12.4.6"), ("grafana", _VERSION), ("grafana", "13.2.3"), ("openssl", "99")], ours)
    done = repository.update(ours)
    assert done.returncode == 0, done.stderr
    assert f"Candidate: {_VERSION}\n" in repository.policy("grafana")
