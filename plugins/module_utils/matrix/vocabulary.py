# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of the data: which keys a record may have and what they mean, and what single values look like.

Validation reads the data by them, and the schema for editors is made of them. Patterns have to match a whole value and
keep to what Python and ECMAScript both understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .model import Action, Exposure, Protocol

LOWEST_PORT, HIGHEST_PORT = 1, 65535
PROTOCOLS: tuple[Protocol, ...] = ("tcp", "udp")
ACTIONS: tuple[Action, ...] = ("allow", "deny")
EXPOSURES: tuple[Exposure, ...] = ("public", "internal")

#: Name of a component or zone; also an inventory group and a part of nftables' set names.
KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")  # what useradd(8) takes
HOSTNAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
#: A host name with a domain.
SITE_HOSTNAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
#: A name in DNS (RFC 1035, section 2.3.1; RFC 8552 for _), of a record also @ and, first, the wildcard (RFC 4592); and a type.
DNS_NAME = re.compile(
    r"(?=.{1,254}$)(\*|[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?|@"
)
DNS_TYPE = re.compile(r"[A-Z][A-Z0-9]*")
#: RFC 5321, section 4.1.2, without quoted strings.
EMAIL = re.compile(r"(?!-)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
HTTPS_URL = re.compile(r"""https://[^\s"'`\\<>]+""")
#: What every file that names a home or a shell can hold: passwd(5), sysusers.d(5), units.
ABSOLUTE_PATH = re.compile(r"""/[^\s:"'\\%$`\x00-\x1f\x7f]*""")
#: RFC 3986, sections 3.3 and 3.4.
URL_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
ROUTE = re.compile(r"""/[^\s;{}"'$`\\#\x00-\x1f\x7f]*""")
HEADER = re.compile(r"[A-Za-z0-9_-]*")
#: Name of a certificate, which is a directory and a part of file names.
CERTIFICATE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
#: What looks like an address or a network (CIDR); Python would take a netmask or a zone identifier, the tools would not.
ADDRESS = re.compile(r"[0-9A-Fa-f:.]+")
NETWORK = re.compile(r"[0-9A-Fa-f:.]+(/[0-9]+)?")
#: A row's name becomes the comment of its firewall rules: one line, without quotes, 128 bytes with the end mark.
ROW_NAME_BYTES = 120
ROW_NAME = re.compile(r'[^"\\\x00-\x1f\x7f]*')
#: What to write where a value does not match.
REMEDIES: Mapping[re.Pattern[str], str] = {
    KEY: "use lower-case letters, digits and _, at most 31, a letter first",
    USER: "use lower-case letters, digits, - and _, a letter first",
    HOSTNAME: "use lower-case letters, digits, - and dots",
    SITE_HOSTNAME: "use one such as app.example.org",
    DNS_NAME: "use one such as app, app.example.org or @",
    DNS_TYPE: "use one such as A, AAAA or CNAME",
    EMAIL: "use one such as ops@example.org",
    HTTPS_URL: "use one such as https://acme.example.org/directory",
    ABSOLUTE_PATH: "begin it with /, without spaces or : \" ' \\ % $ `",
    URL_PATH: "begin it with /, as in /health",
    ROUTE: "begin it with /, without spaces or ; { } \" ' $ ` \\ #",
    HEADER: "use letters, digits and -, as in CF-Connecting-IP",
    CERTIFICATE_NAME: "use letters, digits, dots, - and _, a letter or digit first",
    ADDRESS: "use an address such as 192.0.2.10 or 2001:db8::10",
    NETWORK: "use an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
    ROW_NAME: "leave it out: the name becomes a comment in the firewall",
}
#: Seconds; Cloudflare's API writes "auto" as 1.
LOWEST_TTL, HIGHEST_TTL = 30, 86400
AUTOMATIC_TTL = (1, "1", "auto")
#: How Cloudflare speaks to the server; ``strict`` is what its dashboard calls Full (strict).
SSL_MODES = ("off", "flexible", "full", "strict")

COMPONENT_KEYS: Mapping[str, str] = {
    "title": "How people call it; by default its key.",
    "hostname": "Its name in DNS or in the private network.",
    "exposure": "Whether it may be opened to the whole internet; internal by default.",
    "user": "The system user that it runs as, and no other component; it tells components on one host apart.",
    "home": "Home directory of the user; by default /var/lib/USER.",
    "shell": "Login shell of the user; by default none.",
    "health": "URL path that answers 2xx while it is healthy, on its first port.",
    "ports": "The ports on which it listens; other components reach it by the first.",
}
LISTENER_KEYS: Mapping[str, str] = {
    "port": "Port, from 1 to 65535.",
    "protocol": "tcp (by default), udp, or a list of both.",
    "application": "What is spoken there: the proxy is who speaks HTTP and HTTPS, the database PostgreSQL, the server SSH.",
    "description": "What the port is for.",
}
FLOW_KEYS: Mapping[str, str] = {
    "name": "Name of the row, which no other row has; becomes the comment of its firewall rules.",
    "source": "Who connects: a component, a zone, or any. The most specific wins.",
    "destination": "Who is connected to: a component or a zone.",
    "port": "A port, a range such as 8000-8010, or a list of these.",
    "protocol": "tcp (by default), udp, or a list of both.",
    "action": "Whether the connection is let through. What no row allows is denied.",
    "table": "The table of the networking page in which the row stands, inbound or internal.",
    "documented": "Whether the document has this row; true by default.",
    "reason": "Why the row is there although the document lacks it.",
    "description": "A remark.",
}
FLOW_REQUIRED = ("name", "source", "destination", "port", "action")
SITE_KEYS: Mapping[str, str] = {
    "hostname": "Host name that is served.",
    "routes": "Path to component; the longest path that fits wins.",
    "root": "Directory whose files are served where no route leads.",
    "redirect": "Host name that every request is redirected to, in place of routes and files.",
    "directives": "Nginx directives added to the server block as they stand.",
}
DNS_KEYS: Mapping[str, str] = {
    "nameservers": "Cloudflare's name servers for the domain.",
    "proxied": "Whether Cloudflare stands in front of the records (orange cloud), where a record does not say otherwise.",
    "ssl_mode": "How Cloudflare speaks to the server; strict is Full (strict).",
    "always_use_https": "Whether Cloudflare redirects HTTP to HTTPS.",
    "records": "The records of the domain.",
}
RECORD_KEYS: Mapping[str, str] = {
    "name": "Name, relative to network_domain or complete; @ for the domain itself.",
    "type": "Type, such as A, AAAA or CNAME.",
    "value": "An address for A and AAAA, a host name for CNAME.",
    "ttl": "Seconds from 30 to 86400, or 1 for automatic, as a proxied record always has.",
    "priority": "Priority of an MX record.",
    "proxied": "Whether Cloudflare stands in front of this record.",
    "description": "What the record is for.",
}
RECORD_REQUIRED = ("type", "value")
CERTIFICATE_KEYS: Mapping[str, str] = {
    "name": "Name of the certificate.",
    "names": "Host names that it holds: every host name of network_sites.",
    "directory": "Where certbot keeps it.",
    "server": "Directory of the ACME server.",
    "email": "Where notices about the certificate go; empty for none.",
    "renewal": "How the certificate is renewed.",
}
RENEWAL_KEYS: Mapping[str, str] = {
    "method": "By cron or by certbot's own timer.",
    "schedule": "When cron renews, in its five fields.",
    "command": "What cron runs.",
}
RENEWAL_METHODS = ("cron", "timer")
CLIENT_ADDRESS_KEYS: Mapping[str, str] = {
    "zone": "The zone of the proxies in front, which are believed; empty if there are none.",
    "header": "The header in which they name the client's address.",
}
