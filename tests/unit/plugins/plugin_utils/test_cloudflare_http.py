# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What comes back of a request, whatever the way to Cloudflare makes of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.api import NoAnswerError
from ansible_collections.nostromo.networking.plugins.plugin_utils.cloudflare_http import sender
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Fault, Server
from ansible_collections.nostromo.networking.tests.unit.plugins.plugin_utils.tls import tls_server

SEND = sender("the-token-0123456789")


@pytest.fixture
def server() -> Iterator[Server]:
    """A stand-in without zones."""
    found = Server(Cloud())
    yield found
    found.close()


def test_an_error_is_an_answer(server: Server) -> None:
    server.faults = [Fault("GET", 503, "<html>", {"Retry-After": "9"})]
    answer = SEND("GET", f"{server.url}/zones", None)
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, b"<html>", "9")


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.faults = [Fault("GET", 302, "", {"Location": f"{server.url}/elsewhere"})]
    assert SEND("GET", f"{server.url}/zones", None).status == 302 and len(server.log) == 1


def test_a_line_that_is_cut(server: Server) -> None:
    server.cut_after = 1
    with pytest.raises(NoAnswerError, match="no answer"):
        SEND("PATCH", f"{server.url}/zones", b"{}")


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswerError, match="Connection refused"):
            SEND("GET", f"http://127.0.0.1:{free.getsockname()[1]}/zones", None)


def test_the_users_proxy_is_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/client/v4"))
    monkeypatch.delenv("no_proxy", raising=False)
    SEND("GET", "http://api.example.org/client/v4/zones", None)
    assert [one.path for one in server.log] == ["/zones"]


def test_the_proxy_is_named_where_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NoAnswerError, match="through the proxy of https_proxy"):
        SEND("GET", "https://api.example.org/zones", None)


def test_a_certificate_that_is_not_trusted_is_hopeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with tls_server(tmp_path, "localhost") as (_certificate, port), pytest.raises(NoAnswerError) as error:
        SEND("GET", f"https://localhost:{port}/zones", None)
    assert error.value.hopeless and "is this machine's clock right" in str(error.value)
