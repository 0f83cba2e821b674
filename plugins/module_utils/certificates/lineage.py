# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lineage (certbot's term for a certificate and its renewals) as it should be and as it is."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass

#: How certbot calls the ways to prove names, in the settings of a lineage.
HTTP, DNS = "webroot", "dns-cloudflare"
#: What python3-cloudflare 2.20 (Debian 13) says at each use, to those who have installed it by pip.
_NOTICE = re.compile(r"^\S+: PendingDeprecationWarning: *\n(?: +!!.*\n)+(?: +self\..*\n)?", re.MULTILINE)
#: Certbot renews when a third of the lifetime is left; less than this fraction means that renewal does not happen.
LATE = 0.25
DAY_SECONDS = 86400


@dataclass(frozen=True)
class Wanted:
    """What the certificate should hold and how it is renewed.

    :param credentials: the file with Cloudflare's token, where the names are proven by DNS; else that is done by the webroot.
    """

    name: str
    names: tuple[str, ...]
    server: str
    key_type: str
    webroot: str
    deploy_hook: str
    credentials: str = ""

    @property
    def authenticator(self) -> str:
        """What proves the names."""
        return DNS if self.credentials else HTTP


@dataclass(frozen=True)
class Found:
    """A lineage on disk. Times are seconds since the epoch."""

    names: tuple[str, ...]
    server: str
    key_type: str
    webroots: tuple[str, ...]
    deploy_hook: str
    not_before: float
    not_after: float
    authenticator: str = HTTP
    credentials: str = ""


def read_renewal(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The settings and the map of names to webroots in a file of ``/etc/letsencrypt/renewal``.

    The format is ConfigObj's: sections in brackets, a bracket more for each level, lists with commas.
    """
    sections: dict[str, dict[str, str]] = {}
    section = ""
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            key, _equals, value = line.partition("=")
            sections.setdefault(section, {})[key.strip()] = value.strip().strip("\"'")
    return sections.get("renewalparams", {}), sections.get("webroot_map", {})


def read_certificate(text: str) -> tuple[tuple[str, ...], float, float]:
    """Names, begin and end of validity from ``openssl x509 -noout -ext subjectAltName -startdate -enddate``.

    :raises ValueError: the text is not that.
    """
    names: tuple[str, ...] = ()
    times: dict[str, float] = {}
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("DNS:"):
            names = tuple(sorted(part.strip().removeprefix("DNS:") for part in line.split(",")))
        elif line.startswith(("notBefore=", "notAfter=")):
            key, _equals, value = line.partition("=")
            times[key] = float(ssl.cert_time_to_seconds(value))
    if len(times) != 2:
        raise ValueError(f"no period of validity in {text!r}")
    return names, times["notBefore"], times["notAfter"]


def found(renewal: str, certificate: str) -> Found:
    """A lineage from the texts that describe it. :raises ValueError: the certificate's text cannot be read."""
    settings, webroots = read_renewal(renewal)
    names, not_before, not_after = read_certificate(certificate)
    fallback = [path.strip() for path in settings.get("webroot_path", "").split(",") if path.strip()]
    return Found(
        names=names,
        server=settings.get("server", ""),
        key_type=settings.get("key_type", ""),
        webroots=tuple(sorted(set(webroots.values()) or set(fallback))),
        deploy_hook=settings.get("renew_hook", ""),
        not_before=not_before,
        not_after=not_after,
        authenticator=settings.get("authenticator", HTTP),
        credentials=settings.get("dns_cloudflare_credentials", ""),
    )


def reasons(wanted: Wanted, actual: Found | None, now: float) -> list[str]:
    """Why the certificate has to be issued (again), in words; empty when it is as it should be."""
    if actual is None:
        return ["there is no certificate"]
    why = []
    missing = sorted(set(wanted.names) - set(actual.names))
    surplus = sorted(set(actual.names) - set(wanted.names))
    if missing:
        why.append(f"it lacks {', '.join(missing)}")
    if surplus:
        why.append(f"it has {', '.join(surplus)} besides")
    for what, want, have in (
        ("server", wanted.server, actual.server),
        ("key type", wanted.key_type, actual.key_type),
        ("challenge", wanted.authenticator, actual.authenticator),
        *_settings(wanted, actual),
        ("deploy hook", wanted.deploy_hook, actual.deploy_hook),
    ):
        if want != have:
            why.append(f"its {what} is {have or 'not set'} instead of {want}")
    left = actual.not_after - now
    if left <= 0:
        why.append(f"it expired {-left / DAY_SECONDS:.0f} days ago; does renewal run?")
    elif left < LATE * (actual.not_after - actual.not_before):
        why.append(f"it expires in {left / DAY_SECONDS:.0f} days and has not been renewed; does renewal run?")
    return why


def _settings(wanted: Wanted, actual: Found) -> list[tuple[str, str, str]]:
    """What belongs to the way in which the names are proven, if that is as it should be."""
    if wanted.authenticator != actual.authenticator:
        return []
    if wanted.credentials:
        return [("file of credentials", wanted.credentials, actual.credentials)]
    return [("webroot", wanted.webroot, ", ".join(actual.webroots))]


def command(wanted: Wanted, email: str, again: bool) -> list[str]:
    """Certbot's command line that issues the certificate. ``again`` replaces one that is there."""
    words = ["certbot", "certonly", "--non-interactive", "--agree-tos", "--cert-name", wanted.name]
    if wanted.credentials:
        words += ["--dns-cloudflare", "--dns-cloudflare-credentials", wanted.credentials]
    else:
        words += ["--webroot", "--webroot-path", wanted.webroot]
    words += ["--server", wanted.server, "--key-type", wanted.key_type]
    words += ["--email", email] if email else ["--register-unsafely-without-email"]
    words += ["--deploy-hook", wanted.deploy_hook] if wanted.deploy_hook else []
    words += ["--renew-with-new-domains", "--force-renewal"] if again else []
    return words + [word for name in wanted.names for word in ("--domain", name)]


def said(output: str) -> str:
    """What certbot has printed, without what has nothing to do with the certificate."""
    return _NOTICE.sub("", output).strip()


def describe(wanted: Wanted | Found | None) -> str:
    """A lineage as text for a diff."""
    if wanted is None:
        return ""
    webroot = wanted.webroot if isinstance(wanted, Wanted) else ", ".join(wanted.webroots)
    way = f"credentials: {wanted.credentials}" if wanted.authenticator == DNS else f"webroot: {webroot}"
    lines = [f"names: {', '.join(sorted(wanted.names))}", f"server: {wanted.server}", f"key type: {wanted.key_type}"]
    return "\n".join([*lines, way, f"deploy hook: {wanted.deploy_hook or 'none'}"]) + "\n"
