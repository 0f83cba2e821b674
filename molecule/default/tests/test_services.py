# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs on the server: where it listens, as whom, how confined."""

from __future__ import annotations

import json
import re

import network
import pytest
from testinfra.host import Host

#: The most that systemd may rate a unit's exposure, 0 (confined) to 10; Debian's own units of these services are at 9.2 and
#: more. Nginx's master and certbot are root and talk to anyone over the network, which alone is 1.8.
MOST_EXPOSED = {
    "nostromo-firewall.service": 1.5,
    "nostromo-commit.service": 1.5,
    "nostromo-commit-homes.service": 1.5,
    "postgresql@*-main.service": 1.5,
    **{f"pm2-{name}.service": 1.5 for name in network.variables()["network_services"]},
    "nginx.service": 2.1,
    "certbot.service": 2.1,
}


def listeners(server: Host) -> set[tuple[str, int]]:
    """Every TCP socket that listens on the server."""
    locals_ = [
        line.split()[3] for line in server.check_output("ss --no-header --listening --tcp --numeric").splitlines()
    ]
    pairs = [address.rpartition(":") for address in locals_]
    return {(host.strip("[]"), int(port)) for host, _, port in pairs}


def test_listeners_are_those_of_the_matrix(server: Host) -> None:
    documented = {(address, port) for key, port in network.services() for address in network.listen(key)["addresses"]}
    assert listeners(server) == documented


@pytest.mark.parametrize(("component", "port"), [pair for pair in network.services() if pair[0] != "server"])
def test_components_run_as_their_own_user(server: Host, component: str, port: int) -> None:
    """The processes that hold a component's socket are its own user's; only Nginx's master is root's."""
    users = server.check_output(
        "ss --no-header --listening --tcp --numeric --processes %s | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u"
        " | xargs ps -o user:32= -p",
        f"sport = :{port}",
    ).split()
    expected = network.matrix().components[component].user
    assert expected in users
    assert set(users) <= {expected, *(["root"] if component == "nginx" else [])}


def test_nothing_has_failed(server: Host) -> None:
    assert server.check_output("systemctl --failed --no-legend --plain") == ""


@pytest.mark.parametrize(("unit", "most"), MOST_EXPOSED.items())
def test_services_are_confined(server: Host, unit: str, most: float) -> None:
    if "*" in unit:
        unit = server.check_output("systemctl list-units --plain --no-legend --state=running %s", unit).split()[0]
    rating = server.check_output("systemd-analyze security --no-pager %s | tail -1", unit)
    assert float(re.search(r"exposure level for .*: ([\d.]+)", rating)[1]) <= most


def test_logs_of_nginx_are_kept_from_its_workers_and_go_on_after_their_rotation(server: Host) -> None:
    assert server.run("sudo -u www-data sh -c ': > /var/log/nginx/access.log'").rc != 0
    server.check_output("logrotate --force /etc/logrotate.d/nginx")
    bound = network.listen("nginx")["addresses"][0]
    server.run(f"curl --silent --output /dev/null http://{bound}/after-the-rotation")
    server.run("timeout 10 sh -c 'until grep -q after-the-rotation /var/log/nginx/access.log; do sleep 0.2; done'")
    assert "after-the-rotation" in server.file("/var/log/nginx/access.log").content_string
    directory, *logs = server.check_output("stat --format '%U:%G %a' /var/log/nginx /var/log/nginx/*.log").split("\n")
    assert (directory, {*logs}) == ("root:adm 750", {"root:adm 640"})


def test_releases_are_roots_and_services_only_read_them(server: Host) -> None:
    assert server.check_output("find /srv -xdev ! -user root -o -type f -perm /6002") == ""
    for name in network.variables()["network_services"]:
        assert server.run(f"sudo -u {name} test -r /srv/{name}/current/.").rc == 0
        assert server.run(f"sudo -u {name} find /srv/{name} -writable ! -type l").stdout == ""


def test_nothing_of_builds_is_left_but_caches(server: Host) -> None:
    assert server.run("pgrep --uid nostromo-build").stdout == ""
    assert server.check_output("stat --format '%U %a' /var/cache/nostromo-build") == "root 700"
    assert server.check_output("getent passwd nostromo-build | cut -d: -f6") == "/nonexistent"


def test_all_instances_of_orchestrator_serve(server: Host) -> None:
    # Asked as a user that may: root may not.
    bound = network.listen("orchestrator")
    url = f"http://{bound['addresses'][0]}:{bound['port']}/api/status"
    script = (
        "import json, sys, urllib.request as r;"
        "print(json.dumps([json.load(r.urlopen(sys.argv[1]))['instance'] for _ in range(20)]))"
    )
    answers = json.loads(server.check_output("sudo -u sevastopol python3 -c %s %s", script, url))
    assert len(set(answers)) == network.variables()["network_services"]["orchestrator"]["instances"]


def test_administrator_is_told_the_state_of_a_service(server: Host) -> None:
    """The document's first question in trouble, `pm2 status orchestrator`, gets an answer."""
    printed = server.check_output("pm2 status orchestrator")
    assert printed.count("online") == network.variables()["network_services"]["orchestrator"]["instances"]


def test_the_command_is_for_root_and_shows_no_variables(server: Host) -> None:
    refused = server.run("sudo -u orchestrator pm2 status orchestrator")
    assert (refused.rc, "sudo pm2" in refused.stderr) == (1, True)
    found = json.loads(server.check_output("pm2 jlist orchestrator"))
    assert {item["service"] for item in found} == {"orchestrator"}
    assert not [item for item in found if {"env", "pm2_env"} & set(item)]


def test_definitions_are_roots_and_only_their_service_reads_them(server: Host) -> None:
    for name in network.variables()["network_services"]:
        user = network.matrix().components[name].user
        assert server.check_output("stat --format '%%U:%%G %%a' %s", f"/etc/pm2/{name}.json") == f"root:{user} 640"


def test_what_a_service_says_last_is_in_the_journal(server: Host) -> None:
    """It logs when it is asked to stop, which no buffer keeps back; nothing of it is in a file."""
    server.check_output("pm2 restart orchestrator")
    logged = server.check_output("pm2 logs orchestrator --lines 100")
    assert '"stopping"' in logged
    assert not server.file("/var/log/pm2").exists


def readers(server: Host, text: str) -> set[str]:
    """Which users find a text in a file."""
    accounts = [account["name"] for account in network.variables()["network_database_users"]]
    search = "printf %%s %s | sudo -u {} grep -rslF -f - /etc /srv /opt /home /var/lib /var/log"
    users = ("sevastopol", "www-data", "nobody", *accounts)
    return {user for user in users if server.run(search.format(user), text).stdout}


def test_a_service_on_the_databases_host_has_no_password_and_nobody_else_reads_what_it_is_told(server: Host) -> None:
    for account in network.variables()["network_database_users"]:
        if "password" not in account:
            continue  # no service's
        assert readers(server, account["password"]) == set()
        assert readers(server, f'"PGUSER": "{account["name"]}"') == {account["name"]}


@pytest.mark.parametrize(
    ("user", "role", "admitted"),
    [
        ("root", "postgres", True),
        ("etl", "etl", True),
        ("orchestrator", "orchestrator", True),
        ("etl", "orchestrator", False),
        ("etl", "postgres", False),
        ("postgres-exporter", "postgres-exporter", True),
        ("postgres-exporter", "etl", False),
        ("sevastopol", "etl", False),
        ("www-data", "orchestrator", False),
        ("nobody", "postgres", False),
    ],
)
def test_who_is_who_at_the_databases_socket(server: Host, user: str, role: str, admitted: bool) -> None:
    done = server.run(f"sudo -u {user} psql -XU {role} -d nostromo -qtAc 'SELECT current_user'")
    assert (done.stdout.strip() == role, done.succeeded) == (admitted, admitted), done.stderr


def test_the_database_cannot_change_its_own_configuration(server: Host) -> None:
    done = server.check_output("find /etc/postgresql ! -user root -o -perm /022")
    assert done == ""


def test_a_full_shared_memory_is_nobody_elses(server: Host) -> None:
    fill = "sudo -u etl dd if=/dev/zero of=/dev/shm/full bs=1M count=4096"
    query = (
        "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;"
        " SET max_parallel_workers_per_gather = 2; EXPLAIN (ANALYZE, COSTS off) SELECT count(*) FROM telemetry.readings"
    )
    try:
        server.run(fill)
        planned = server.check_output("psql -U postgres -d nostromo -qtAX -v ON_ERROR_STOP=1 -c %s", query)
    finally:
        server.check_output("rm -f /dev/shm/full")
    assert re.search("Workers Launched: [12]", planned), planned
