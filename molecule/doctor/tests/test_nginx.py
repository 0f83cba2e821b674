# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nginx stopped, with another configuration than on disk, with one that is not valid."""

from __future__ import annotations

from ailing import SITE, broken, eventually

FILE = "/etc/nginx/nostromo.d/proxy.conf"
CHANGE = f"cp --preserve {FILE} /run/conf-before; sleep 1.1; echo '{{}}' >>{FILE}"
RESTORE = f"cp --preserve /run/conf-before {FILE}; systemctl reload-or-restart nginx"


def test_configuration_on_disk_is_invalid() -> None:
    with broken(CHANGE.format("proxy_by_hand;"), undo=RESTORE) as damage:
        found = eventually("nginx-invalid:nginx", "nginx-stale:nginx")
        invalid, stale = found.of("nginx-invalid"), found.of("nginx-stale")
        assert invalid.text == (
            "Nginx' configuration on disk is not valid: it runs on with the one from before, and will not start again."
        )
        assert invalid.saw(f'nginx -t: unknown directive "proxy_by_hand" in {FILE}:')
        assert invalid.commands() == [f"{SITE} --tags nginx"]
        assert stale.cause == invalid.text
        damage.is_mended_by(invalid)


def test_nginx_stopped_and_port_80_taken() -> None:
    squatter = "systemd-run --quiet --unit=squatter python3 -m http.server 80"
    with broken(f"systemctl stop nginx; {squatter}; sleep 1", undo="systemctl stop squatter; systemctl start nginx"):
        found = eventually("nginx-down:nginx", "front-closed:443", "certificate-not-served:app.nostromo.cl")
        assert found.findings[0].saw("0.0.0.0:80 is held by python3 (process ", "user root)")
