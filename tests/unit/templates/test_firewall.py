# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role firewall writes besides the rules."""

from __future__ import annotations

from typing import Any

import pytest

OFF = {
    f"net.{family}.conf.{interface}.{setting} = 0"
    for family, setting in (
        ("ipv4", "accept_redirects"),
        ("ipv4", "send_redirects"),
        ("ipv6", "accept_redirects"),
    )
    for interface in ("all", "default", "*")
}


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_no_interface_has_redirects(render: Any) -> None:
    assert set(lines(render("firewall", "sysctl.conf.j2"))) == OFF


def test_where_routers_need_redirects_the_kernel_is_left_alone(render: Any) -> None:
    assert lines(render("firewall", "sysctl.conf.j2", firewall_redirects=True)) == []
    assert "accept_redirects" in render("firewall", "is-loaded.sh.j2")
    assert "accept_redirects" not in render("firewall", "is-loaded.sh.j2", firewall_redirects=True)


def test_only_a_gateway_forwards_and_only_its_families(render: Any) -> None:
    gateway = {"families": ["ipv4", "ipv6"], "inside": [], "senders": [], "translated": []}
    forwards = {"net.ipv4.ip_forward = 1", "net.ipv6.conf.all.forwarding = 1"}
    assert set(lines(render("firewall", "sysctl.conf.j2", firewall_gateway=gateway))) == OFF | forwards
    four = {**gateway, "families": ["ipv4"]}
    assert set(lines(render("firewall", "sysctl.conf.j2", firewall_gateway=four))) == OFF | {"net.ipv4.ip_forward = 1"}
    assert "ipv4/ip_forward" in render("firewall", "is-loaded.sh.j2", firewall_gateway=four)
    assert "forward" not in render("firewall", "is-loaded.sh.j2")


def test_protocols_without_rows_are_not_loaded(render: Any) -> None:
    assert lines(render("firewall", "modprobe.conf.j2")) == [
        f"install {module} /bin/false" for module in ("dccp", "rds", "sctp", "tipc")
    ]
    assert lines(render("firewall", "modprobe.conf.j2", firewall_blocked_modules=["sctp"])) == [
        "install sctp /bin/false"
    ]


def test_a_module_cannot_bring_a_command(render: Any) -> None:
    with pytest.raises(Exception, match="sctp /bin/sh"):
        render("firewall", "modprobe.conf.j2", firewall_blocked_modules=["sctp /bin/sh -c evil\ninstall x"])


def test_every_default_is_an_argument(role_files: Any) -> None:
    defaults, options = role_files("firewall")
    assert defaults == options
