# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's own file of settings: who gets in, and that it talks to nobody but Prometheus."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

#: As its users' data lies where Debian's programs have theirs.
STATE = "/var/lib/grafana"
_NO, _YES = "false", "true"
#: What nobody needs who has this dashboard, and what would ask the internet, to which no row lets it.
_FIXED: Mapping[str, Mapping[str, str]] = {
    "log": {"mode": "console", "level": "warn"},
    "analytics": {
        "reporting_enabled": _NO,
        "check_for_updates": _NO,
        "check_for_plugin_updates": _NO,
        "feedback_links_enabled": _NO,
    },
    "news": {"news_feed_enabled": _NO},
    "plugins": {"preinstall_disabled": _YES, "plugin_admin_enabled": _NO, "public_key_retrieval_disabled": _YES},
    "auth.anonymous": {"enabled": _NO},
    "users": {"allow_sign_up": _NO, "allow_org_create": _NO},
    "snapshots": {"enabled": _NO, "external_enabled": _NO},
    "public_dashboards": {"enabled": _NO},
    "support_bundles": {"enabled": _NO},
    # Prometheus and Alertmanager do that.
    "unified_alerting": {"enabled": _NO},
    # Whoever reaches Grafana would read them.
    "metrics": {"enabled": _NO},
    # Panels ask anew by themselves; that takes no WebSockets.
    "live": {"max_connections": "0"},
}


def grafana_settings(listen: str, url: str, dashboard: str, provisioning: str) -> str:
    """The text of ``grafana.ini``.

    :param listen: address and port.
    :param url: where people see it, by the sites' proxy or by a tunnel; it ends in a slash.
    :param dashboard: the file of what is seen first.
    :param provisioning: the directory of what it finds by itself.
    """
    address, _colon, port = listen.rpartition(":")
    seen = urlsplit(url)
    settings: dict[str, Mapping[str, str]] = {
        "server": {
            "http_addr": address.strip("[]"),
            "http_port": port,
            "domain": seen.hostname or "",
            "root_url": url,
            "serve_from_sub_path": _NO if seen.path == "/" else _YES,
        },
        "paths": {
            "data": STATE,
            "logs": f"{STATE}/log",
            "plugins": f"{STATE}/plugins",
            "provisioning": provisioning,
        },
        "security": {
            "cookie_secure": _YES if seen.scheme == "https" else _NO,
            "disable_gravatar": _YES,
            "content_security_policy": _YES,
        },
        "dashboards": {"default_home_dashboard_path": dashboard},
        **_FIXED,
    }
    return "\n".join(_section(name, values) for name, values in settings.items())


def _section(name: str, values: Mapping[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
