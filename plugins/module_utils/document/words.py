# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What names, paths and addresses of the document look like, in the words of the tools that take them."""

from __future__ import annotations

from .kinds import Choice, Matching

#: The component that stands for every managed host itself: whatever runs there as no other component's user.
SERVER = "server"
#: As the source of a flow: everybody.
ANY = "any"

_KEY = r"[a-z][a-z0-9_]{0,30}"
_KEY_REMEDY = "use lower-case letters, digits and _, at most 31, a letter first"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DNS_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"

#: Name of a component or zone; also an inventory group and a part of nftables' set names.
KEY = Matching(_KEY, "a name", _KEY_REMEDY)
FREE_KEY = Matching(_KEY, "a name", _KEY_REMEDY, but={ANY: (f"{ANY} stands for everybody", "use another name")})
#: What useradd(8) takes.
USER = Matching(r"[a-z_][a-z0-9_-]{0,31}", "a user name", "use lower-case letters, digits, - and _, a letter first")
HOSTNAME = Matching(
    rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*", "a host name", "use lower-case letters, digits, - and dots"
)
#: A host in an inventory: a word, a name in DNS, or an address; it stands in files, reports and messages.
HOST = Matching(
    r"[A-Za-z0-9_][A-Za-z0-9_.:-]*", "a name for a host", "use letters, digits and - _ . : in the inventory"
)
#: A host name with a domain.
SITE_HOSTNAME = Matching(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})+", "a host name", "use one such as app.example.org")
#: A name in DNS (RFC 1035, section 2.3.1; RFC 8552 for _), of a record also @ and, first, the wildcard (RFC 4592).
DNS_NAME = Matching(
    rf"(?=.{{1,254}}$)(\*|{_DNS_LABEL})(\.{_DNS_LABEL})*\.?|@",
    "a name in DNS",
    "use one such as app, app.example.org or @",
)
#: The types that Cloudflare takes.
DNS_TYPE = Choice(
    "A", "AAAA", "CAA", "CERT", "CNAME", "DNSKEY", "DS", "HTTPS", "LOC", "MX", "NAPTR", "NS", "PTR", "SMIMEA", "SRV", "SSHFP",
    "SVCB", "TLSA", "TXT", "URI",
)  # fmt: skip
#: RFC 5321, section 4.1.2, without quoted strings.
EMAIL = Matching(
    r"|(?!-)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
    "an e-mail address",
    "use one such as ops@example.org",
    meant="the address for notices",
)
HTTPS_URL = Matching(
    r"""https://[^\s"'`\\<>]+""", "an https address", "use one such as https://acme.example.org/directory"
)
#: What every file that names a home or a shell can hold: passwd(5), sysusers.d(5), units.
ABSOLUTE_PATH = Matching(
    r"""/[^\s:"'\\%$`\x00-\x1f\x7f]*""",
    "an absolute path without spaces or colons",
    "begin it with /, without spaces or : \" ' \\ % $ `",
)
#: RFC 3986, sections 3.3 and 3.4.
URL_PATH = Matching(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*", "a URL path", "begin it with /, as in /health")
ROUTE = Matching(
    r"""/[^\s;{}"'$`\\#\x00-\x1f\x7f]*""", "a path", "begin it with /, without spaces or ; { } \" ' $ ` \\ #"
)
HEADER = Matching(r"[A-Za-z0-9_-]*", "the name of a header", "use letters, digits and -, as in CF-Connecting-IP")
#: Name of a certificate, which is a directory and a part of file names.
CERTIFICATE_NAME = Matching(
    r"[A-Za-z0-9][A-Za-z0-9._-]*", "a name", "use letters, digits, dots, - and _, a letter or digit first"
)
