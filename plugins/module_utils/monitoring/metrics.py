# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of our own metrics, which are written in one place and asked for in another."""

from __future__ import annotations

#: Of requests, made of the access log.
REQUESTS = "nginx_http_requests_total"
RESPONSES = "nginx_http_responses_total"
DURATION = "nginx_http_request_duration_seconds"
RECEIVED = "nginx_http_received_bytes_total"
SENT = "nginx_http_sent_bytes_total"
LOG_LINES = "nginx_log_lines_total"

#: The class of what our own limits refused, beside those of statuses such as 4xx.
LIMITED = "limited"
CLASSES = ("2xx", "3xx", "4xx", "5xx", LIMITED)
#: A request for a host name that no site has.
OTHER_SITE = "other"
UNPARSED = "unparsed"

#: Of the proof.
ROW_PROVEN = "nostromo_row_proven"
PROOF_TIME = "nostromo_proof_timestamp_seconds"
VERIFY_CHECKS = "nostromo_verify_checks"
VERIFY_TIME = "nostromo_verify_timestamp_seconds"

#: Of the firewall's rules.
PACKETS = "nostromo_firewall_packets_total"
BYTES = "nostromo_firewall_bytes_total"

#: Of certificates, in seconds since the epoch.
CERTIFICATE_FROM = "nostromo_certificate_not_before_timestamp_seconds"
CERTIFICATE_UNTIL = "nostromo_certificate_not_after_timestamp_seconds"
#: The ``name`` of the one that Cloudflare shows the server; no lineage has such a name.
ORIGIN_PULLS = "origin pulls"
#: That of the one that the database shows its clients on other hosts.
DATABASE = "database"
