#!/usr/bin/python3 -IB
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On the host `outside`: a mail server (SMTP, 587) and a webhook (443); each keeps what it is sent, in lines of JSON."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STATE = Path("/var/lib/lab-sinks")


def keep(name: str, data: object) -> None:
    with (STATE / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"time": time.time(), "data": data}) + "\n")


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client needs to hand over a message."""

    def handle(self) -> None:
        self.say("220 outside ESMTP")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb in ("EHLO", "HELO"):
                self.say("250 outside")
            elif verb == "RCPT":
                to.append(line.partition(":")[2])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                message = message_from_string("".join(self.lines()), policy=default)
                keep("mail", {"to": to, "subject": str(message["subject"]), "from": str(message["from"])})
                self.say("250 ok")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def lines(self) -> list[str]:
        found = []
        while (line := self.rfile.readline().decode("utf-8", "replace")) not in ("", ".\r\n"):
            found.append(line)
        return found

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Webhook(BaseHTTPRequestHandler):
    """Takes anything."""

    def do_POST(self) -> None:  # the name that http.server looks for
        keep("webhook", json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    STATE.mkdir(exist_ok=True)
    threading.Thread(target=ThreadingHTTPServer(("", 443), Webhook).serve_forever, daemon=True).start()
    MailServer(("", 587), Mail).serve_forever()
