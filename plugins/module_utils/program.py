# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make one executable file of modules of this package: what a host has to be able to run without the controller.

The file is a zip archive that Python runs (PEP 441, ``zipapp``), not compressed, so that it can be read as well. The same
modules make the same bytes.
"""

from __future__ import annotations

import io
import sys
import zipfile

_PACKAGE = "nostromo"
#: The earliest time that a zip archive can hold.
_TIME = (1980, 1, 1, 0, 0, 0)


def program(main: str, *others: str) -> bytes:
    """An executable file that calls ``main(sys.argv[1:])`` of a module; it ends with what that returns.

    ``main`` and ``others``, which it imports, are names below ``module_utils``, such as ``commit.journal``.
    """
    sources = {f"{_PACKAGE}/{name.replace('.', '/')}.py": source(name) for name in (main, *others)}
    packages = {path.rpartition("/")[0] for path in sources}
    sources |= {f"{package}/__init__.py": "" for package in {_PACKAGE, *packages}}
    sources["__main__.py"] = f"import sys\n\nfrom {_PACKAGE}.{main} import main\n\nsys.exit(main(sys.argv[1:]))\n"
    archive = io.BytesIO(b"#!/usr/bin/python3\n")
    archive.seek(0, io.SEEK_END)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as packed:
        for path in sorted(sources):
            packed.writestr(zipfile.ZipInfo(path, _TIME), sources[path])
    return archive.getvalue()


def source(name: str) -> str:
    """The text of a module that is loaded, also where Ansible runs it from an archive of its own."""
    module = sys.modules[f"{__name__.rpartition('.')[0]}.{name}"]
    found: str = module.__loader__.get_source(module.__name__)  # type: ignore[union-attr]
    return found
