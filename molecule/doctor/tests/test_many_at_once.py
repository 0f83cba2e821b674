# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Much that goes wrong by itself, broken at once and diagnosed in one run; then all that was printed is carried out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ailing import PM2, SERVER, SITE, Diagnosis, broken, carry_out, diagnose, eventually, on_server

CONFIGURATION = "/etc/nginx/nostromo.d/proxy.conf"
CACHE = "/var/lib/nginx"
CRON = "/etc/cron.d/nostromo-certbot"
FULL = "mount -t tmpfs -o size=4m tmpfs /boot; dd if=/dev/zero of=/boot/initrd bs=4k status=none 2>/dev/null || true"
#: Nginx makes its own directories there first.
INODES = (
    f"mount -t tmpfs -o size=4m,nr_inodes=50 tmpfs {CACHE}; nginx -t -q; touch {CACHE}/{{1..50}} 2>/dev/null || true"
)
BREAK = f"""
systemctl --quiet disable pm2-orchestrator
({PM2.format("orchestrator")} start /bin/sleep --name night-shift -- 10000) >/dev/null
systemctl --quiet disable postgresql
cp --preserve {CONFIGURATION} /run/configuration-before; echo '# by hand' >>{CONFIGURATION}
cp --preserve {CRON} /run/cron-before; rm {CRON}
cp /etc/hosts /run/hosts-before; echo '192.0.2.7 api.nostromo.cl' >>/etc/hosts
{FULL}
{INODES}
"""
#: What no printed command undoes: a person has to decide what to remove; and the lab mounts /etc/hosts, so that sed cannot
#: replace it.
BY_HAND = f"cat /run/hosts-before >/etc/hosts; rm /boot/initrd {CACHE}/[0-9]*"
UNDO = f"""
systemctl --quiet enable pm2-orchestrator postgresql
({PM2.format("orchestrator")} delete night-shift) >/dev/null || true
cp --preserve /run/configuration-before {CONFIGURATION}; systemctl reload nginx
cp --preserve /run/cron-before {CRON}
cat /run/hosts-before >/etc/hosts
"""


@pytest.fixture(scope="module")
def found() -> Iterator[Diagnosis]:
    with broken(BREAK, UNDO, cleanup=f"umount /boot {CACHE}") as damage:
        found = diagnose()
        yield found
        on_server(BY_HAND)
        for finding in found.findings:
            if finding.kind != "name-wrong":
                carry_out(finding.remedy)
        eventually()
        damage.is_mended = True
    on_server(f"cp --preserve /run/configuration-before {CONFIGURATION}; systemctl reload nginx")


def test_findings_are_these_and_no_others(found: Diagnosis) -> None:
    """Faults first, and none follows from another."""
    assert found.kinds() == [
        "disk-full-bytes:/boot",
        f"disk-full-inodes:{CACHE}",
        "name-wrong:api.nostromo.cl on the host",
        "renewal-off:certificate",
        "database-not-enabled:mother",
        "service-not-enabled:orchestrator",
        "service-undeclared:orchestrator/night-shift",
        "nginx-stale:nginx",
    ]
    assert {finding.cause for finding in found.findings} == {""}
    assert found.printed.startswith("server: 4 faults, 4 warnings\n")


def test_disk_full(found: Diagnosis) -> None:
    finding = found.of("disk-full-bytes")
    assert finding.text == "/boot is full: it has no room left, so whatever writes to it fails."
    assert finding.evidence == ["0 B of 4.0 MiB left on /boot", "/boot holds /boot", "4.0 MiB in /boot/initrd"]
    assert on_server(finding.commands()[0]).splitlines()[-1].split() == ["4096", "/boot"]


def test_inodes_full(found: Diagnosis) -> None:
    finding = found.of("disk-full-inodes")
    assert finding.text == f"{CACHE} is full: it has no inodes (files) left, so whatever writes to it fails."
    assert finding.saw(f"0 of 50 inodes left on {CACHE}")
    assert on_server(finding.commands()[0]).splitlines()[-1].split() == ["50", CACHE]


def test_name_leads_elsewhere_on_the_host(found: Diagnosis) -> None:
    finding = found.of("name-wrong")
    assert finding.text == f"api.nostromo.cl leads to 192.0.2.7 on the host, not to {SERVER}."
    assert finding.symptom == "ERR_CERT_DATE_INVALID"
    assert finding.saw("/etc/hosts: 192.0.2.7 api.nostromo.cl")
    assert finding.commands() == [r"sudo sed -i '/\bapi\.nostromo\.cl\b/d' /etc/hosts"]


def test_renewal_cron_entry_removed(found: Diagnosis) -> None:
    finding = found.of("renewal-off")
    assert finding.text == "Nothing renews the certificates: their cron entry is gone."
    assert finding.saw(f"{CRON} has no certbot")
    assert finding.commands() == [f"{SITE} --tags letsencrypt"]


def test_database_not_started_at_boot(found: Diagnosis) -> None:
    finding = found.of("database-not-enabled")
    assert (finding.severity, finding.text) == ("warning", "The database would not start at the next boot.")
    assert finding.commands() == ["sudo systemctl enable postgresql.service"]


def test_list_of_pm2_not_saved_unit_disabled(found: Diagnosis) -> None:
    finding = found.of("service-not-enabled")
    assert finding.text == "Orchestrator would not start at the next boot: its unit is not enabled."
    assert finding.saw("pm2-orchestrator.service: active (running) since ", ", disabled")
    assert finding.commands() == ["sudo systemctl enable pm2-orchestrator.service"]


def test_list_of_pm2_not_saved_undeclared_process(found: Diagnosis) -> None:
    """What somebody started by hand is gone after the next boot, whether or not `pm2 save` was called."""
    finding = found.of("service-undeclared")
    assert (finding.severity, finding.text) == (
        "warning",
        "'night-shift' runs in the PM2 of Orchestrator, declared nowhere: it is gone after the next boot.",
    )
    assert finding.saw(" night-shift: online")
    assert finding.commands() == [f"{SITE} --tags pm2"]


def test_nginx_configuration_on_disk_differs_from_the_running_one(found: Diagnosis) -> None:
    finding = found.of("nginx-stale")
    assert finding.text == "Nginx does not run with the configuration on disk: that was changed and not loaded."
    assert finding.saw("its newest worker took up its configuration at ")
    assert finding.saw(f"{CONFIGURATION} was changed at ")
    assert finding.commands() == ["sudo nginx -t && sudo systemctl reload nginx"]
