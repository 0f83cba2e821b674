# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hostile releases of the services: their builds attack, or their programs do. Beside that they serve, and need no network."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

#: Answers everything, as Sevastopol and Orchestrator must to be taken for healthy.
SERVER = """
const server = require('node:http').createServer((request, response) => response.end('{"status": "ok"}'));
server.listen(process.env.PORT, process.env.HOST);
"""
#: Of a build back end for pip (PEP 517) whose wheel is empty; see the Binary Distribution Format.
BACKEND = """
import subprocess, zipfile
def build_wheel(directory, settings=None, metadata=None):
    with open("../attacks", "w") as file:
        subprocess.run(["python3", "../attack.py"], stdout=file)
    name = "rooms-1.0-py3-none-any.whl"
    with zipfile.ZipFile(directory + "/" + name, "w") as wheel:
        wheel.writestr("rooms-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: rooms\\nVersion: 1.0\\n")
        wheel.writestr("rooms-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("rooms-1.0.dist-info/RECORD", "")
    return name
"""


def node(directory: Path, attack: str, server: str = SERVER) -> Path:
    """A service for Node.js; its installation runs ``attack`` (Python), whose output is left in the file ``attacks``."""
    package = {
        "name": "rooms",
        "version": "1.0.0",
        "scripts": {
            "preinstall": "python3 attack.py >attacks",
            "build": "test -e attacks || python3 attack.py >attacks",
        },
    }
    lock = {"lockfileVersion": 3, "requires": True, "packages": {"": {"name": "rooms", "version": "1.0.0"}}}
    (directory / "src").mkdir(parents=True)
    (directory / "package.json").write_text(json.dumps(package), "utf-8")
    (directory / "package-lock.json").write_text(json.dumps({"name": "rooms", "version": "1.0.0", **lock}), "utf-8")
    (directory / "attack.py").write_text(attack, "utf-8")
    for path in ("server.js", "src/server.js"):
        (directory / path).write_text(server, "utf-8")
    return directory


def python(directory: Path, attack: str) -> Path:
    """The same for the ETL: a requirement of it attacks when pip builds it."""
    files = {
        "attack.py": attack,
        "requirements.txt": "./hostile\n",
        "hostile/pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "hostile/backend.py": BACKEND,
        "nostromo_etl/__init__.py": "",
        "nostromo_etl/__main__.py": "print('done')\n",
    }
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, "utf-8")
    return directory
