# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A room that takes all it can get hurts nobody else; and nobody takes the place of one that is down."""

from __future__ import annotations

import threading
import time

import pytest
from attack import carry_out, facts
from place import as_root
from table import INSIDE, SERVICES, Attack

#: More than any room has a use for.
TASKS, MEBIBYTES = 3000, 3072
GREEDY = (
    Attack(
        "starts processes without end",
        f"""
children = []
try:
    for number in range({TASKS}):
        pid = os.fork()
        if pid == 0:
            time.sleep(6); os._exit(0)
        children.append(pid)
    reached("started", number + 1, "processes")
finally:
    print("started", len(children))
    time.sleep(3)
    for pid in children: os.kill(pid, 9)
""",
        rooms=INSIDE,
    ),
    Attack(
        "takes memory without end",
        f"""
pid = os.fork()
if pid == 0:
    taken = []
    for number in range({MEBIBYTES} // 64):
        taken.append(b"x" * (64 << 20))
    reached("took {MEBIBYTES} MiB")
    os._exit(0)
print("ended by", os.waitpid(pid, 0)[1])
""",
        rooms=INSIDE,
    ),
    Attack(
        "opens files without end",
        """
opened = []
try:
    while len(opened) < 200000: opened.append(os.open("/dev/null", os.O_RDONLY))
    reached("opened", len(opened), "files")
finally:
    os.closerange(3, 300000)
""",
        rooms=INSIDE,
    ),
    Attack(
        "opens terminals without end",
        """
opened = []
while len(opened) < 8000: opened += os.openpty()
reached("opened", len(opened), "ends of terminals")
""",
        rooms=INSIDE,
    ),
    Attack(
        "fills what is not its own disk",
        """
for place in ("/dev/shm", "/run", "/run/lock", "/dev/mqueue", "/run/user"):
    path = place + "/rooms-full"
    try:
        with open(path, "wb") as file:
            for _ in range(200): file.write(b"x" * (1 << 20))
        print("wrote 200 MiB in", place)
    except OSError as error:
        print(place, error)
time.sleep(2)
""",
        rooms=INSIDE,
        holds="! ls /dev/shm/rooms-full /run/rooms-full /run/lock/rooms-full 2>/dev/null | grep .",
    ),
    Attack(
        "burns all processors",
        """
for _ in range(16):
    if os.fork() == 0:
        while True: pass
time.sleep(5)
""",
        rooms=SERVICES,
    ),
)
#: What only the kernel's accounting of units ends.
LIMITED = {"starts processes without end", "takes memory without end"}
#: As those ask who may.
NEIGHBOURS = """
setpriv --reuid sevastopol --regid sevastopol --clear-groups timeout 8 python3 -c "
import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/health', timeout=8)"
timeout 8 psql -U postgres -XAtqc 'select count(*) from pg_catalog.pg_class' postgres >/dev/null 2>&1 ||
  timeout 8 runuser -u postgres -- psql -XAtqc 'select 1' postgres >/dev/null
systemctl is-active --quiet ssh.socket || systemctl is-active --quiet ssh.service
"""


@pytest.mark.parametrize(
    ("attack", "room"),
    [
        pytest.param(one, room, id=f"{room}: {one.name}")
        for one in GREEDY
        for room in ("etl", "mother", "nginx")
        if room in one.rooms
    ],
)
def test_neighbours_go_on(attack: Attack, room: str) -> None:
    """While it goes on, SSH lets root in, and Orchestrator and the database answer."""
    if (
        attack.name in LIMITED
        and "[not set]" in as_root("systemctl show --property=TasksCurrent pm2-etl.service").stdout
    ):
        pytest.skip("this host's kernel gives its units no limits of memory and tasks, as in a container on cgroup v1")
    units = as_root("systemctl show --property=MainPID --value 'pm2-*' 'postgresql@*' nginx").stdout
    said: dict[tuple[str, str], str] = {}
    thread = threading.Thread(target=lambda: said.update(carry_out({room: [attack]}, seconds=12)))
    thread.start()
    time.sleep(2)
    began = time.monotonic()
    asked = as_root(NEIGHBOURS.format(port=facts()["orchestrator"]["ports"][0]))
    seconds = time.monotonic() - began
    thread.join()
    assert asked.returncode == 0, f"while the room of {room} {attack.name}: {asked.stderr}"
    assert seconds < 15, f"while the room of {room} {attack.name}"
    assert "REACHED" not in said[attack.name, room], f"the room of {room} {attack.name}: {said[attack.name, room]}"
    assert as_root("systemctl show --property=MainPID --value 'pm2-*' 'postgresql@*' nginx").stdout == units
    if attack.holds:
        assert as_root(attack.holds).returncode == 0


IMPOSTER = Attack(
    "asks for passwords in the place of the database",
    """
with socket.socket() as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", 5432))
    server.listen()
    server.settimeout(8)
    while True:
        client = server.accept()[0]
        client.settimeout(2)
        reached("heard", client.recv(200))
        client.send(b"R" + struct.pack("!II", 8, 3))
        reached("was told", client.recv(200))
""",
    rooms=("etl",),
)


def test_nobody_takes_the_place_of_the_database() -> None:
    """The database is down; etl listens where it did and asks Orchestrator, which knows the way, for its password."""
    assert as_root("systemctl stop 'postgresql@*'").returncode == 0
    try:
        said: dict[tuple[str, str], str] = {}
        thread = threading.Thread(target=lambda: said.update(carry_out({"etl": [IMPOSTER]}, seconds=10)))
        thread.start()
        time.sleep(2)
        port = facts()["orchestrator"]["ports"][0]
        asking = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{port}/api/status', timeout=3)"
        as_root(
            f'for _ in 1 2 3; do setpriv --reuid sevastopol --regid sevastopol --clear-groups python3 -c "{asking}" || true; done'
        )
        thread.join()
    finally:
        assert as_root("systemctl start postgresql").returncode == 0
    assert "REACHED" not in said[IMPOSTER.name, "etl"], said[IMPOSTER.name, "etl"]
