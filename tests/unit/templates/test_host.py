# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the roles ssh_hardening and postgresql write."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from .rendering import REPOSITORY, load

USERS = [
    {"name": "orchestrator", "databases": ["nostromo"], "addresses": ["127.0.0.1/32", "10.0.0.5/32"]},
    {"name": "etl", "databases": ["nostromo"], "addresses": ["127.0.0.1/32"], "account": "loader"},
    {"name": "ghost", "databases": ["nostromo"], "addresses": []},
]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_pg_hba_admits_exactly_the_users_from_their_addresses(render: Any) -> None:
    assert lines(render("postgresql", "pg_hba.conf.j2", postgresql_users=USERS)) == [
        'local all "postgres" peer map=nostromo',
        'local "nostromo" "etl" peer map=nostromo',
        'host "nostromo" "orchestrator" 127.0.0.1/32 scram-sha-256',
        'host "nostromo" "orchestrator" 10.0.0.5/32 scram-sha-256',
        'host "nostromo" "etl" 127.0.0.1/32 scram-sha-256',
        "local all all reject",
        "host all all all reject",
        "local replication all reject",
        "host replication all all reject",
    ]


def test_over_the_network_tls_is_demanded_where_there_is_an_authority(render: Any) -> None:
    told = {"postgresql_ca_certificate": "PEM", "postgresql_listen_addresses": ["10.0.0.31"], "postgresql_port": 5432}
    rules = lines(render("postgresql", "pg_hba.conf.j2", postgresql_users=USERS, **told))
    assert [rule for rule in rules if rule.startswith("host") and not rule.endswith("reject")] == [
        'hostssl "nostromo" "orchestrator" 127.0.0.1/32 scram-sha-256',
        'hostssl "nostromo" "orchestrator" 10.0.0.5/32 scram-sha-256',
        'hostssl "nostromo" "etl" 127.0.0.1/32 scram-sha-256',
    ]
    encrypted = {
        "ssl = on",
        "ssl_cert_file = '/etc/nostromo/postgresql/server.crt'",
        "ssl_key_file = '/etc/nostromo/postgresql/server.key'",
    }
    assert encrypted <= {*lines(render("postgresql", "postgresql.conf.j2", **told))}
    for more in ({"postgresql_listen_addresses": ["127.0.0.1", "::1"]}, {"postgresql_ca_certificate": ""}):
        settings, rules = (
            lines(render("postgresql", name, postgresql_users=USERS, **{**told, **more}))
            for name in ("postgresql.conf.j2", "pg_hba.conf.j2")
        )
        assert not [line for line in (*settings, *rules) if line.startswith(("ssl", "hostssl"))]


def test_who_is_who_at_the_socket(render: Any) -> None:
    assert lines(render("postgresql", "pg_ident.conf.j2", postgresql_users=USERS)) == [
        "nostromo root postgres",
        'nostromo "postgres" "postgres"',
        'nostromo "loader" "etl"',
    ]


def test_further_settings_come_last_and_are_quoted(render: Any) -> None:
    text = render(
        "postgresql",
        "postgresql.conf.j2",
        postgresql_listen_addresses=["127.0.0.1"],
        postgresql_port=5432,
        postgresql_settings={"cluster_name": "it's", "jit": "off"},
    )
    assert lines(text)[0] == "listen_addresses = '127.0.0.1'"
    assert lines(text)[-2:] == ["cluster_name = 'it''s'", "jit = 'off'"]


def sshd(render: Any, release: str = "13", **variables: Any) -> list[str]:
    admins = [{"name": "ripley", "keys": []}]
    return lines(
        render(
            "ssh_hardening", "sshd.conf.j2", release, ssh_hardening_admins=admins, ssh_hardening_port=22, **variables
        )
    )


def test_the_documented_rules_are_there(render: Any) -> None:
    assert sshd(render)[:3] == ["PermitRootLogin no", "PasswordAuthentication no", "PubkeyAuthentication yes"]


@pytest.mark.parametrize(
    ("release", "kex"),
    [
        ("12", "sntrup761x25519-sha512@openssh.com"),
        ("13", "mlkem768x25519-sha256,sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com"),
    ],
)
def test_key_exchange_by_release(render: Any, release: str, kex: str) -> None:
    assert f"KexAlgorithms {kex}" in sshd(render, release)


def test_who_may_log_in_always_holds_the_admins(render: Any) -> None:
    assert "AllowUsers ripley ash" in sshd(render, ssh_hardening_allow_users=["ash"])
    assert "AllowUsers ripley" in sshd(render)
    assert "AllowUsers ripley deploy" in sshd(render, ansible_user="deploy")


def test_own_settings_or_groups_say_who_instead(render: Any) -> None:
    for instead in ({"ssh_hardening_settings": {"AllowUsers": "ash"}}, {"ssh_hardening_allow_groups": ["staff"]}):
        assert not any(line.startswith("AllowUsers ripley") for line in sshd(render, **instead))


def test_own_settings_come_first_since_the_first_value_counts(render: Any) -> None:
    assert sshd(render, ssh_hardening_settings={"MaxAuthTries": 9, "AcceptEnv": ["LANG", "LC_*"]})[:3] == [
        "MaxAuthTries 9",
        "AcceptEnv LANG",
        "AcceptEnv LC_*",
    ]


def test_a_login_serves_nobody_else(render: Any) -> None:
    """Neither a listener that no row declares (-R), nor the agent or display of whoever logs in; jumps (-J) work."""
    wanted = {"AllowTcpForwarding local", "AllowAgentForwarding no", "X11Forwarding no"}
    assert wanted <= set(sshd(render))


def test_on_the_bastion_nobody_else_goes_on(render: Any) -> None:
    assert not any(line.startswith("Match") for line in sshd(render))
    found = sshd(render, ssh_hardening_forwarding_users=["ripley", "root"])
    assert found[-2:] == ["Match User *,!ripley,!root", "\tAllowTcpForwarding no"]


def test_a_client_that_is_gone_is_noticed(render: Any) -> None:
    text = sshd(render, ssh_hardening_client_alive_seconds=60)
    assert {"ClientAliveInterval 60", "ClientAliveCountMax 2", "TCPKeepAlive no"} <= set(text)


def test_sudo_is_granted_unless_it_should_stay(render: Any) -> None:
    admins = [{"name": "ripley"}, {"name": "ash", "sudo": "unchanged"}]
    assert lines(render("ssh_hardening", "sudoers.j2", ssh_hardening_admins=admins)) == [
        "ripley ALL=(ALL:ALL) NOPASSWD: ALL"
    ]


@pytest.mark.parametrize("role", ["ssh_hardening", "postgresql"])
def test_every_default_is_an_argument(role_files: Any, role: str) -> None:
    defaults, options = role_files(role)
    assert defaults == options


@pytest.mark.parametrize(
    ("release", "programs", "given", "version", "package"),
    [
        ("13", {"postgresql": "15.13"}, "", "15", "postgresql-15"),
        ("13", {"postgresql": "17.5"}, "16", "16", "postgresql-16"),
        ("13", {}, "16", "16", "postgresql-16"),
        ("13", {}, "", "17", "postgresql"),
        ("12", {}, "", "15", "postgresql"),
        ("14", {}, "", "17", "postgresql"),
    ],
)
def test_the_version_is_the_one_that_is_installed_or_will_be(
    release: str, programs: dict[str, str], given: str, version: str, package: str
) -> None:
    role = load(REPOSITORY / "roles" / "postgresql" / "vars" / "main.yml")
    here = {"distribution": "Debian", "distribution_major_version": release}
    facts = {"ansible_facts": {**here, "program_versions": programs}, "postgresql_version": given}
    templar = Templar(loader=DataLoader(), variables={**role, **facts})
    found = templar.template(trust_as_template("{{ [__postgresql_version, __postgresql_packages[0]] }}"))
    assert found == [version, package]
