# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which DNS servers a host asks, from the files of several hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe import resolv_conf


@pytest.mark.parametrize(
    ("text", "behind", "expected"),
    [
        ("nameserver 192.0.2.53\nnameserver fe80::1%eth0\n", "nameserver 192.0.2.1", ["192.0.2.53", "fe80::1"]),
        ("nameserver 127.0.0.53\noptions edns0", "nameserver 192.0.2.1\n", ["192.0.2.1"]),
        ("nameserver 127.0.0.1\n", None, ["127.0.0.1"]),
        ("nameserver 127.0.0.1\nnameserver 192.0.2.53", "nameserver 192.0.2.1\n", ["127.0.0.1", "192.0.2.53"]),
        ("nameserver nonsense\n", None, ["nonsense"]),
        (None, None, []),
    ],
)
def test_name_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, behind: str | None, expected: list[str]
) -> None:
    for name, content in (("RESOLV_CONF", text), ("BEHIND", behind)):
        monkeypatch.setattr(resolv_conf, name, tmp_path / name)
        if content is not None:
            (tmp_path / name).write_text(content, encoding="utf-8")
    assert resolv_conf.name_servers() == expected
