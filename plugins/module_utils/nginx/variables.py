# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables that a key may name (https://nginx.org/en/docs/varindex.html, the modules that Debian builds in)."""

from __future__ import annotations

import re

REFERENCE = re.compile(r"\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")

# Families: any name that begins so.
_PREFIXES = ("arg_", "cookie_", "http_", "jwt_", "ssl_client_", "proxy_protocol_tlv_")
# What the client writes itself: it escapes a limit on such a key by writing something else each time.
CHOSEN_BY_CLIENT = (
    "arg_", "args", "cookie_", "http_", "query_string", "request_uri", "uri", "request", "host", "document_uri",
    "request_body", "content_type", "content_length", "request_length", "remote_user",
)  # fmt: skip
# Different in each request, or in each connection: a limit on such a key limits nothing.
UNIQUE = frozenset({"request_id", "connection", "connection_requests", "msec", "remote_port", "request_time"})
# The network of that address, which the role nginx defines: of IPv6 the first 64 bits, which one client has as a whole.
CLIENT_NETWORK = "client_network"
# The address of whoever connects: the proxy in front, unless the client's address is restored.
PEER_ADDRESS = frozenset({"binary_remote_addr", "remote_addr", CLIENT_NETWORK})
# What holds the proxy's address even where the client's is restored.
PROXY_ADDRESS = frozenset({"realip_remote_addr", "proxy_protocol_addr"})

_KNOWN = frozenset({
    "ancient_browser", "args", "binary_remote_addr", "body_bytes_sent", "bytes_sent", CLIENT_NETWORK, "connection",
    "connection_requests", "connection_time", "connections_active", "connections_reading", "connections_waiting",
    "connections_writing", "content_length", "content_type", "date_gmt", "date_local", "document_root",
    "document_uri", "fastcgi_path_info", "fastcgi_script_name", "geoip_city", "geoip_country_code", "gzip_ratio",
    "host", "hostname", "http2", "http3", "https", "invalid_referer", "is_args", "limit_conn_status", "limit_rate",
    "limit_req_status", "memcached_key", "modern_browser", "msec", "msie", "nginx_version", "pid", "pipe",
    "proxy_add_x_forwarded_for", "proxy_host", "proxy_port", "proxy_protocol_addr", "proxy_protocol_port",
    "proxy_protocol_server_addr", "proxy_protocol_server_port", "query_string", "realip_remote_addr",
    "realip_remote_port", "realpath_root", "remote_addr", "remote_port", "remote_user", "request", "request_body",
    "request_body_file", "request_completion", "request_filename", "request_id", "request_length", "request_method",
    "request_time", "request_uri", "scheme", "secure_link", "server_addr", "server_name", "server_port",
    "server_protocol", "slice_range", "ssl_alpn_protocol", "ssl_cipher", "ssl_ciphers", "ssl_curve", "ssl_curves",
    "ssl_early_data", "ssl_protocol", "ssl_server_name", "ssl_session_id", "ssl_session_reused", "status",
    "tcpinfo_rtt", "tcpinfo_rttvar", "tcpinfo_snd_cwnd", "tcpinfo_rcv_space", "time_iso8601", "time_local", "uri",
    "uid_got", "uid_set", "upstream_addr", "upstream_status",
})  # fmt: skip


def referenced(key: str) -> tuple[str, ...]:
    """The variables in a key, without ``$``, in their order."""
    return tuple(braced or plain for braced, plain in REFERENCE.findall(key))


def is_known(name: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether Nginx has such a variable, or the user says that the configuration defines it."""
    return name in _KNOWN or name in own or any(name.startswith(prefix) and name != prefix for prefix in _PREFIXES)


def known_names(own: frozenset[str] = frozenset()) -> frozenset[str]:
    """All fixed names, for suggestions."""
    return _KNOWN | own


def is_chosen_by_client(name: str) -> bool:
    """Whether the client decides freely what the variable holds."""
    return any(name == choice or (choice.endswith("_") and name.startswith(choice)) for choice in CHOSEN_BY_CLIENT)
