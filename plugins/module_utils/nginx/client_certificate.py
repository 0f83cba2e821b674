# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the web server asks its clients for a certificate, as the role nginx writes it."""

from __future__ import annotations

from collections.abc import Sequence

from .language import Directive
from .meaning import inside, named

#: Who shows no certificate that is known, and is not this host itself.
UNCERTIFIED = "uncertified_client"
UNCERTIFIED_OF = "$ssl_client_verify $realip_remote_addr $server_addr"
#: What ``ssl_verify_client`` is in each mode of ``nginx_client_certificate``.
VERIFY = {"log": "optional_no_ca", "required": "optional"}
_OFF = "off"


def asks(block: Sequence[Directive]) -> str:
    """The value of ``ssl_verify_client`` in a block."""
    return next((one["args"][0] for one in reversed(named(block, "ssl_verify_client"))), _OFF)


def refuses(server: Sequence[Directive]) -> bool:
    """Whether a server refuses who is not certified, before anything else."""
    return any(is_refusal(one) for one in server)


def is_refusal(directive: Directive) -> bool:
    """Whether it is the directive by which a server does so."""
    inner = directive["block"] or []
    return (
        directive["name"] == "if"
        and directive["args"] == [f"(${UNCERTIFIED})"]
        and [(one["name"], one["args"]) for one in inner] == [("return", ["400"])]
    )


def demands(main: Sequence[Directive]) -> bool:
    """Whether any site refuses who shows none, or one that is not known."""
    http = inside(main, "http")
    blocks = [http, *(one["block"] or [] for one in named(http, "server"))]
    return any(asks(block) not in (_OFF, VERIFY["log"]) or refuses(block) for block in blocks)
