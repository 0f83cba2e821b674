# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A site's Content-Security-Policy: words that a browser passes over, and so leaves open what they were to forbid."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from ..document.sites import Site
from ..faults import Faults, show

_HEADERS = ("content-security-policy", "content-security-policy-report-only")
# Content Security Policy Level 3, and what other specifications add to it.
_DIRECTIVES = (
    "base-uri", "child-src", "connect-src", "default-src", "fenced-frame-src", "font-src", "form-action", "frame-ancestors",
    "frame-src", "img-src", "manifest-src", "media-src", "object-src", "report-to", "report-uri", "require-trusted-types-for",
    "sandbox", "script-src", "script-src-attr", "script-src-elem", "style-src", "style-src-attr", "style-src-elem",
    "trusted-types", "upgrade-insecure-requests", "worker-src", "block-all-mixed-content", "plugin-types", "prefetch-src",
)  # fmt: skip
_KEYWORDS = (
    "'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "'unsafe-hashes'", "'report-sample'",
    "'wasm-unsafe-eval'", "'inline-speculation-rules'", "'allow-duplicates'", "'script'",
)  # fmt: skip
_NONCE_OR_HASH = re.compile(r"'(nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_-]+={0,2}'")


def check_policies(sites: Sequence[Site], faults: Faults) -> None:
    """Note directives and keywords that no browser knows. New ones may come, so these are warnings."""
    for site in sites:
        for header, policy in site.headers.items():
            for reason, remedy in _doubts(policy) if header.lower() in _HEADERS else ():
                faults.warning(f"{site.path}.headers.{header}", policy, reason, remedy)


def _doubts(policy: str) -> Iterator[tuple[str, str]]:
    """What is said in vain, and what would be right."""
    for part in policy.split(";"):
        name, *sources = part.split() or [""]
        if name and name.lower() not in _DIRECTIVES and "$" not in name:
            reason = f"{show(name)} is no directive of a Content-Security-Policy, and browsers pass over it"
            yield reason, _meant(name, _DIRECTIVES)
        for source in sources:
            if f"'{source.lower()}'" in _KEYWORDS:
                yield f"{source} is the name of a host here", f"write '{source}'"
            elif (
                "'" in source
                and source.lower() not in _KEYWORDS
                and not _NONCE_OR_HASH.fullmatch(source)
                and "$" not in source
            ):
                reason = f"{source} is no keyword of a Content-Security-Policy, and browsers pass over it"
                yield reason, _meant(source, _KEYWORDS)


def _meant(word: str, known: Collection[str]) -> str:
    similar = get_close_matches(word.lower(), known, n=1)
    return f"did you mean {similar[0]}?" if similar else f"use one such as {', '.join(list(known)[:4])}"
