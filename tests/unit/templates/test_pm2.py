# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role pm2 writes for services that ask a database on another host."""

from __future__ import annotations

from typing import Any

import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.connection import AUTHORITY

from .rendering import REPOSITORY, Render

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
OTHER = PEM.replace("AAAA", "BBBB")


def files(render: Render, environment: dict[str, str], authority: str) -> dict[str, dict[str, Any]]:
    told = {"pm2_services": {"etl": {"script": "a.js", "environment": environment}}, "pm2_database_ca": authority}
    about = {"ansible_facts": {"distribution_release": "trixie"}, "role_path": str(REPOSITORY / "roles" / "pm2")}
    found = yaml.safe_load(render("pm2", "files.yml.j2", **about, **told))
    return {one["path"]: one for one in found}


def unit(render: Render, environment: dict[str, str], authority: str) -> str:
    content: str = files(render, environment, authority)["/etc/systemd/system/pm2-etl.service"]["content"]
    return content


def test_its_authority_is_there_for_them_and_nobody_else_s(render: Render) -> None:
    assert files(render, {}, PEM)[AUTHORITY] == {"path": AUTHORITY, "mode": "0644", "content": PEM}
    assert files(render, {}, "")[AUTHORITY] == {"path": AUTHORITY, "state": "absent"}


def test_node_s_processes_begin_with_it_and_anew_where_it_is_another(render: Render) -> None:
    told = {"NODE_EXTRA_CA_CERTS": AUTHORITY}
    assert f"\nEnvironment=NODE_EXTRA_CA_CERTS={AUTHORITY}\n" in unit(render, told, PEM)
    assert unit(render, told, PEM) == unit(render, told, PEM.strip()) != unit(render, told, OTHER)


def test_other_certificates_of_a_service_count_too_and_without_any_nothing_changes(render: Render) -> None:
    own = unit(render, {"NODE_EXTRA_CA_CERTS": "/srv/own.crt"}, PEM)
    assert "\nEnvironment=NODE_EXTRA_CA_CERTS=/srv/own.crt\n" in own and "SHA-256" not in own
    assert "NODE_EXTRA_CA_CERTS" not in unit(render, {"PORT": "1"}, PEM)
