# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloudflare answers in a server's place when it gets no answer from that (developers.cloudflare.com, 5xx errors), and how
a server refuses Cloudflare itself.
"""

from __future__ import annotations

from typing import NamedTuple


class EdgeError(NamedTuple):
    """The ``cause`` of a status, as a clause; ``part``, the tag of site.yml that puts it right, if one does."""

    cause: str
    part: str = ""


_SERVER_ERRORS = 500
_OTHER = EdgeError("the server failed, or Cloudflare itself: Nginx's access log says whether the request came that far")
NO_HANDSHAKE, INVALID_CERTIFICATE = 525, 526
_REFUSED = 400
#: Where the server asks Cloudflare for a certificate.
_UNCERTIFIED = EdgeError(
    "Nginx refuses it, as it does where Cloudflare shows no certificate, one that Nginx does not know, or one that has expired"
    " (origin pulls): /var/log/nginx/uncertified.log says which",
    "cloudflare",
)
#: Status -> what it means.
EDGE_ERRORS = {
    520: EdgeError("the server ended the connection, or sent what is no answer: Nginx's error log says why"),
    521: EdgeError("the server refuses Cloudflare's connection: Nginx is down, or a firewall refuses Cloudflare", "nginx"),
    522: EdgeError(
        "the server does not answer Cloudflare in time: it is down, or a firewall drops Cloudflare's addresses", "firewall"
    ),
    523: EdgeError("Cloudflare finds no way to the server: is the record's address still the server's?", "cloudflare"),
    524: EdgeError("the server took Cloudflare's connection and does not answer within two minutes: look at the application"),
    NO_HANDSHAKE: EdgeError("the server and Cloudflare agree on no TLS: Nginx has no certificate for the name", "nginx"),
    INVALID_CERTIFICATE: EdgeError(
        "the server's certificate is not valid for Full (strict): expired, a placeholder, or for other names", "letsencrypt"
    ),
    530: EdgeError("Cloudflare cannot find the server: the record leads to a name without an address", "cloudflare"),
}


def edge_error(status: int, pulls: bool = False) -> EdgeError | None:
    """What a status means that is answered through Cloudflare; one that is no server's error means nothing of the kind.

    :param pulls: whether the server asks Cloudflare for a certificate.
    """
    if pulls and status == _REFUSED:
        return _UNCERTIFIED
    return EDGE_ERRORS.get(status, _OTHER) if status >= _SERVER_ERRORS else None
