# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From when until when the certificates that this host serves are good."""

from __future__ import annotations

from ...certificates.lineage import read_certificate
from ..proof import certificate_families
from ..textfile import publish
from .places import FigureError, Places, printed


def write(places: Places) -> None:
    """Read them; one that cannot be read keeps nobody from the others."""
    dates, unread = {}, []
    for name, path in places.setting("certificates.json").items():
        try:
            shown = printed("openssl", "x509", "-in", path, "-noout", "-startdate", "-enddate")
            _names, since, until = read_certificate(shown)
        except (FigureError, ValueError) as error:
            unread.append(str(error))
        else:
            dates[name] = (since, until)
    publish(places.published, "certificates", certificate_families(dates))
    if unread:
        raise FigureError("; ".join(unread))
