# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words that everybody writes alike, wherever the document leaves them open."""

from __future__ import annotations

from ..document.certificate import LETS_ENCRYPT
from ..document.programs import APPLICATIONS as MONITORING
from .model import HTTP, HTTPS, POSTGRESQL, SSH

#: Let's Encrypt's directories, for earnest and for trials.
ACME_SERVERS = (LETS_ENCRYPT, "https://acme-staging-v02.api.letsencrypt.org/directory")
APPLICATIONS = (HTTP, HTTPS, POSTGRESQL, SSH, *MONITORING.values())
SHELLS = ("/bin/bash", "/bin/sh", "/usr/bin/bash", "/usr/sbin/nologin", "/bin/false", "/usr/bin/false")
#: The home of a user that has none, as Debian's adduser(8) names it.
NO_HOME = "/nonexistent"
#: What libpq and most programs for the web go by.
VARIABLES = (
    "HOST", "NODE_ENV", "PORT", "PGAPPNAME", "PGDATABASE", "PGHOST", "PGHOSTADDR", "PGPASSWORD", "PGPORT", "PGREQUIREAUTH",
    "PGSSLMODE", "PGUSER",
)  # fmt: skip
#: Of those that PostgreSQL brings, these are what roles are made members of.
DATABASE_ROLES = ("pg_monitor", "pg_read_all_data", "pg_write_all_data", "pg_signal_backend", "pg_maintain", "pg_checkpoint")
INTERPRETERS = ("bun", "deno", "node", "none", "python3")
#: By which proxies name the client.
CLIENT_HEADERS = ("CF-Connecting-IP", "True-Client-IP", "X-Forwarded-For", "X-Real-IP")
#: By which a site tells browsers what they may do.
SITE_HEADERS = (
    "Access-Control-Allow-Origin", "Cache-Control", "Content-Security-Policy", "Content-Security-Policy-Report-Only",
    "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy",
    "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "X-Robots-Tag",
)  # fmt: skip
HEALTH = ("/health", "/healthz", "/status", "/ready")
BRANCHES = ("main", "master", "develop", "production", "staging", "trunk")
#: Of commands that build, and of paths in a release.
BUILD_WORDS = (
    "npm", "npx", "pnpm", "yarn", "node", "python3", "pip", "venv", ".venv", "composer", "bundle", "make", "install", "run",
    "build", "prune", "test", "omit", "dev", "--omit", "--no-audit", "--no-fund", "--quiet", "--requirement",
    "requirements.txt", "bin", "src", "dist", "server.js", "index.js", "main.js", "main.py", "app.py", "python",
)  # fmt: skip
#: What listens on Debian's hosts, by the names that the kernel cuts to 15 characters.
PROCESSES = (
    "chronyd", "dhclient", "dhcpcd", "ntpd", "systemd-network", "systemd-resolve", "systemd-timesyn", "avahi-daemon",
)  # fmt: skip
#: Where a proof asks that of the world which it could ask anywhere.
PROBED = ("0.debian.pool.ntp.org", "deb.debian.org", "github.com", "pool.ntp.org", "pypi.org", "registry.npmjs.org")
NAME_SERVERS = ("ns1", "ns2", "ns3", "ns4")
