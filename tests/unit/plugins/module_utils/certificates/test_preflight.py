# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
from collections.abc import Callable, Iterator
from email.message import Message
from ipaddress import ip_network
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.certificates import preflight as subject

Answer = Callable[[str], str]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A web server of this host that serves the webroot, which is the test's directory; a process of its own, as it is."""
    words = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        found = re.search(r"port (\d+)", server.stdout.readline())
        assert found
        yield int(found[1])
        server.terminate()


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, *words: object, **options: object) -> list:
        if host == "lost.test":
            raise socket.gaierror(-2, "Name or service not known")
        if host.endswith(".test"):
            host = "192.0.2.1"
        return real(host, *words, **options)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def public(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    """What the path over the internet would answer to the token."""
    monkeypatch.setattr(subject, "_fetch", lambda url: answer(url.rpartition("/")[2]))


def refuse(error: Exception) -> Answer:
    def answer(_token: str) -> str:
        raise error

    return answer


def run(tmp_path: Path, port: int, *names: str) -> list[tuple[str, bool]]:
    return [(str(finding), finding.certain) for finding in subject.preflight(names, str(tmp_path), "127.0.0.1", port)]


def test_nothing_stands_in_the_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int) -> None:
    public(monkeypatch, lambda token: token)
    assert run(tmp_path, port, "app.test", "api.test") == []
    assert list(tmp_path.glob(".well-known/acme-challenge/*")) == []


def test_a_name_without_a_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int) -> None:
    public(monkeypatch, lambda token: token)
    assert run(tmp_path, port, "app.test", "lost.test") == [
        ("lost.test: has no address in DNS ([Errno -2] Name or service not known). Add its record and run again.", True)
    ]


WHERE = "app.test: http://app.test/.well-known/acme-challenge/ (at 192.0.2.1)"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda _token: "another host", "answers, but not from this host. Correct its DNS record and run again."),
        (
            refuse(urllib.error.HTTPError("", 526, "", Message(), None)),
            "answers with status 526 instead of the challenge. Cloudflare says so: the server's certificate is not valid for"
            " Full (strict): expired, a placeholder, or for other names.",
        ),
        (
            refuse(urllib.error.HTTPError("", 403, "", Message(), None)),
            "answers with status 403 instead of the challenge."
            " Does its DNS record lead to this host, and does anything in front change the request?",
        ),
    ],
)
def test_another_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int, answer: Answer, text: str) -> None:
    public(monkeypatch, answer)
    assert run(tmp_path, port, "app.test") == [(f"{WHERE} {text}", True)]


def test_a_router_that_does_not_lead_back_is_no_certain_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int
) -> None:
    public(monkeypatch, refuse(urllib.error.URLError(TimeoutError("timed out"))))
    assert run(tmp_path, port, "app.test") == [
        (f"{WHERE} cannot be reached from this host (timed out), which may be the router's way.", False)
    ]


def test_no_web_server_is_a_certain_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    public(monkeypatch, refuse(ConnectionRefusedError(111, "Connection refused")))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert run(tmp_path, unused.getsockname()[1], "app.test") == [
            (
                f"{WHERE} cannot be reached ([Errno 111] Connection refused)."
                " Is the web server up, and port 80 open to the internet?",
                True,
            )
        ]


def test_behind_an_origin_lock_a_name_that_leads_past_cloudflare_is_a_certain_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int
) -> None:
    public(monkeypatch, lambda token: token)
    names = ["app.test"], str(tmp_path), "127.0.0.1", port
    assert subject.preflight(*names, only_through=[ip_network("192.0.2.0/28")]) == []
    (found,) = subject.preflight(*names, only_through=[ip_network("198.51.100.0/24")])
    told = "app.test: leads to 192.0.2.1, and the firewall lets in none but Cloudflare. Let its record be proxied."
    assert (str(found), found.certain) == (told, True)
