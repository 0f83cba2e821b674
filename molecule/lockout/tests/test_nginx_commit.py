# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A configuration with which the site does not work is taken back."""

from __future__ import annotations

from lockout import on_server, play

#: A port of this host on which nothing listens.
NOBODY = ["127.0.0.1:9"]


def test_broken_nginx_syntax(as_before: dict[str, str]) -> None:
    run = play("converge.yml", "--tags", "nginx", nginx_http_directives=["serve_all on;"])
    assert (run.failed, run.changed) == (True, False)
    assert run.message.startswith("nginx: the new configuration is not valid; nothing was changed\n")
    assert 'unknown directive "serve_all" in /etc/nginx/nginx.conf:' in run.message


def test_valid_configuration_whose_site_answers_502(as_before: dict[str, str]) -> None:
    run = play("converge.yml", "--tags", "nginx", nginx_upstreams={"sevastopol": NOBODY, "orchestrator": NOBODY})
    assert (run.failed, run.changed) == (True, False)
    assert run.message.startswith("nginx: confirmation failed; every file is as before\n")
    assert "https://app.nostromo.cl/ (502)" in run.message


def test_a_site_of_others_is_not_taken_down(as_before: dict[str, str]) -> None:
    """As on a host whose nginx the role has not taken over yet."""
    on_server("cp -a /etc/nginx/nginx.conf /root/nginx.conf; echo 'http { }' >/etc/nginx/nginx.conf")
    on_server("echo 'server { listen 8088; }' >/etc/nginx/sites-enabled/blog")
    run = play("converge.yml", "--tags", "nginx")
    on_server("mv /root/nginx.conf /etc/nginx/nginx.conf")
    beside = play("converge.yml", "--tags", "nginx")
    on_server("rm /etc/nginx/sites-enabled/blog")
    assert (run.failed, run.changed) == (True, False)
    assert "what would go out of service: sites-enabled/blog." in run.message
    assert not beside.failed


def test_who_holds_the_port_of_others_is_named(as_before: dict[str, str]) -> None:
    on_server("systemctl stop nginx; systemd-run --quiet --unit=holder python3 -m http.server 443; sleep 1")
    run = play("converge.yml", "--tags", "nginx")
    on_server("systemctl stop holder; systemctl reset-failed nginx; systemctl start nginx")
    assert run.failed
    assert "bind() to 0.0.0.0:443 failed (98: Address already in use)" in run.message
    assert "port 443 is held by python3 (process " in run.message
    assert "unit holder.service)" in run.message


def test_a_drop_in_of_others(as_before: dict[str, str]) -> None:
    """What an administrator has said by `systemctl edit` is not overridden, nor does it weaken the sandbox unseen."""
    file = "/etc/systemd/system/nginx.service.d/override.conf"
    on_server(f"printf '[Service]\\nPrivateDevices=no\\nTimeoutStopSec=7\\n' >{file}")
    run = play("converge.yml", "--tags", "nginx")
    tolerated = play("converge.yml", "--tags", "nginx", nginx_tolerated=[file])
    on_server(f"rm {file}; systemctl daemon-reload")
    assert (run.failed, run.changed) == (True, False)
    assert f"{file} sets what nginx.service has otherwise: line 2 PrivateDevices=no." in run.message
    assert (tolerated.failed, tolerated.changed) == (False, False)
