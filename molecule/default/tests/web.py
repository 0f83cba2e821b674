# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The site as a client in the lab sees it, by curl, and the data behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from testinfra.host import Host

#: Where the lab's hosts keep the root certificate of the lab's authority.
ROOT_CERTIFICATE = "/usr/local/share/ca-certificates/lab-root.crt"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; the names of its headers are in lower case."""

    version: str
    status: int
    headers: dict[str, str]
    body: str


def get(client: Host, url: str, *options: str) -> Answer:
    """Ask for a URL. Trusts the lab's authority and no other."""
    command = ["curl", "--silent", "--show-error", "--include", "--max-time", "10", "--cacert", ROOT_CERTIFICATE]
    printed = client.check_output(" ".join(["%s"] * (len(command) + len(options) + 1)), *command, *options, url)
    head, _, body = printed.replace("\r\n", "\n").partition("\n\n")
    status_line, *lines = head.split("\n")
    version, status = status_line.split(" ")[:2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(version, int(status), headers, body)


@contextmanager
def asking_all_the_while(client: Host, url: str) -> Iterator[list[str]]:
    """Ask for a URL again and again, each time over a new connection; the list holds the status codes at the end."""
    codes: list[str] = []
    ask = 'curl --silent --output /dev/null --max-time 5 --write-out "%%{http_code}\\n" %s; sleep 0.2'
    loop = f"until [ -e /tmp/asking.stop ]; do {ask}; done"
    client.check_output(f"rm -f /tmp/asking.*; nohup sh -c '{loop}' >/tmp/asking.codes 2>&1 </dev/null &", url)
    try:
        yield codes
    finally:
        codes += client.check_output("touch /tmp/asking.stop; sleep 0.5; cat /tmp/asking.codes").split()


def query(server: Host, sql: str) -> str:
    """Ask Mother on the server itself, as its administrator."""
    return server.check_output("psql -U postgres -d nostromo -qtAX -v ON_ERROR_STOP=1 -c %s", sql)


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether a condition becomes true in that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True
