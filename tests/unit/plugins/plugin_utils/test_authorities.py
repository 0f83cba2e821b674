# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.nostromo.networking.plugins.plugin_utils.authorities import authorities
from ansible_collections.nostromo.networking.tests.unit.plugins.plugin_utils.tls import tls_server


def test_certificates_among_what_else_a_bundle_holds(tmp_path: Path) -> None:
    with tls_server(tmp_path, "app.nostromo.cl") as (file, _port):
        bundle = tmp_path / "bundle.pem"
        bundle.write_text(f"# Autoridad de certificación\n{file.read_text()}\n# otra\n{file.read_text()}", encoding="utf-8")
        assert authorities(str(bundle)).count("BEGIN CERTIFICATE") == 2
    assert authorities(None) == authorities("") == ""


@pytest.mark.parametrize("content", [None, "", "none", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_file_that_holds_none(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(AnsibleActionFail, match="holds no certificates"):
        authorities(str(file))
