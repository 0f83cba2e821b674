# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs inside a room: each attack in a process of its own, which is ended when its time is over."""

from __future__ import annotations

import errno
import glob
import json
import os
import pwd
import select
import signal
import socket
import struct
import subprocess
import sys
import time


def reached(*what):
    """Something happened that must not."""
    print("REACHED", *what, flush=True)


def went(attempt, *arguments):
    """Whether something could be done; errors of the system are what a wall looks like."""
    try:
        attempt(*arguments)
    except OSError:
        return False
    return True


def put(path, text="rooms"):
    """Write a new file."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666), "w") as file:
        file.write(text)


def get(path, size=4096):
    """Read a file without waiting for a FIFO's other end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def is_others(pid):
    """Whether a process is not of this very room, which may count its processes for itself."""
    try:
        return os.stat(f"/proc/{pid}").st_uid != os.getuid()
    except OSError:
        return True


def sh(command, seconds=5):
    """(status, output) of a shell's command."""
    try:
        done = subprocess.run(
            ["sh", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return -1, "no end"
    return done.returncode, done.stdout.decode(errors="replace").strip()


def knock(address, port, kind=socket.SOCK_STREAM, seconds=0.7):
    """``blocked`` by this host's own firewall, or what became of it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as client:
        client.settimeout(seconds)
        try:
            client.connect((address, port))
            if kind == socket.SOCK_DGRAM:
                client.send(b"rooms")
                client.recv(1)
        except TimeoutError:
            return "no answer"
        except OSError as error:
            return (
                "blocked"
                if error.errno in (errno.EHOSTUNREACH, errno.EACCES, errno.EPERM, errno.ENETUNREACH)
                else error.strerror
            )
        return "open"


class Stop(Exception):
    """It is enough."""


def stop(*_signal):
    raise Stop


def attack(script, facts, seconds):
    """Run one attack and return what it said, when it ends, its time is over or SIGTERM comes."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        try:
            exec(compile(script, "attack", "exec"), {**globals(), **facts})
        except OSError as error:
            print("refused:", error, flush=True)
        except BaseException as error:
            print("ended:", repr(error), flush=True)
        finally:
            os._exit(0)
    os.close(writing)
    said, until = b"", time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0 and select.select([reading], [], [], left)[0]:
            read = os.read(reading, 4096)
            if not read:
                break
            said = (said + read)[:8192]
    except Stop:
        pass
    if time.monotonic() >= until:
        said += b"\nno end"
    went(os.kill, pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)
    return said.decode(errors="replace")


def main(attacks, facts, seconds=8):
    """All attacks, one after the other; a line of JSON for each."""
    if "home" not in facts["MINE"]:  # of a build, which is given a place of its own
        facts["MINE"].update(home=os.environ["HOME"], uid=os.getuid(), release=os.getcwd())
    signal.signal(signal.SIGTERM, stop)
    for name, script in attacks:
        print(json.dumps([name, attack(script, facts, seconds)]), flush=True)
