# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A process that keeps a connection open and hangs is asked no more; one that answers is left alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.plugin_utils import kept_connection
from ansible_collections.nostromo.networking.plugins.plugin_utils.kept_connection import forget_frozen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    socket = tmp_path / "master"
    socket.touch()
    return socket


def action(path: Path, check: str, transport: str = "ssh") -> Any:
    """An action whose ssh answers ``-O check`` by a shell script, and knows where its socket is."""
    scripts = {"-O": check, "-G": f"echo 'user me'; echo 'controlpath {path}'"}
    return SimpleNamespace(
        _connection=SimpleNamespace(
            transport=transport,
            get_option=lambda name: name,
            _build_command=lambda _program, _kind, option, *_words: ["sh", "-c", scripts[option]],
        )
    )


@pytest.mark.parametrize(
    ("check", "transport", "kept"),
    [
        ("exit 0", "ssh", True),
        ("exit 255", "ssh", True),  # nobody keeps a connection open
        ("sleep 30", "ssh", False),
        ("sleep 30", "local", True),
    ],
)
def test_only_one_that_hangs_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, path: Path, check: str, transport: str, kept: bool
) -> None:
    monkeypatch.setattr(kept_connection, "PATIENCE", 1)
    forget_frozen(action(path, check, transport))
    assert path.exists() is kept


def test_without_a_socket_there_is_nothing_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_connection, "PATIENCE", 1)
    forget_frozen(action(Path("none"), "sleep 30"))
