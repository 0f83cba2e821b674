# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A directory as one archive for other hosts, and back again, by descriptors.

What a build made goes through here, and whoever rules the host that packed it rules the archive. So it is unpacked member by
member, and holds directories, regular files and symbolic links with plain relative names or is refused: tarfile's own filters
are missing in the Python of Debian 12. All belongs to whoever unpacks; times stay, for Python's compiled files know them.
"""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from ..files import Directory
from ..printable import printable

_LEVEL = 3
_MOST_ENTRIES = 500_000
_DEEPEST = 100
#: How long a name, or where a link leads, may be: PATH_MAX, and what PAX headers need around it.
_LONGEST_HEADER = 16 * 1024
_PIECE = 1 << 20
_MEBIBYTE = 1 << 20
_PROGRAM, _FILE = 0o755, 0o644
_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_REFUSED = {
    tarfile.LNKTYPE: "is a second name of another file",
    tarfile.CHRTYPE: "is a device",
    tarfile.BLKTYPE: "is a device",
    tarfile.FIFOTYPE: "is a FIFO",
}
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ENTER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class ArchiveError(Exception):
    """An archive that is damaged, or holds what it may not hold; the message says what."""


def pack(tree: Directory, target: BinaryIO) -> None:
    """Write what a directory holds as a compressed archive: the same bytes for the same files, whoever owns them.

    :raises ArchiveError: it holds something else than directories, regular files and symbolic links.
    """
    with (
        gzip.GzipFile(filename="", fileobj=target, mode="wb", mtime=0, compresslevel=_LEVEL) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, directories, files, fd in os.fwalk(".", dir_fd=tree.fd):
            directories.sort()
            for name in sorted((*directories, *files)):
                _add(archive, f"{path}/{name}".removeprefix("./"), name, fd)


def unpack(source: BinaryIO, tree: Directory, limit_mebibytes: int, fault: Callable[[], str | None]) -> dict[str, str]:
    """Put what an archive holds into an empty directory that only root can enter; its symbolic links, path -> target.

    Where those lead is for the caller to judge, before anybody else can enter. ``fault`` says now and then why it has to end.

    :raises ArchiveError: it is damaged, takes more than the limit, or holds something else.
    """
    left = limit_mebibytes * _MEBIBYTE
    links: dict[str, str] = {}
    try:
        with gzip.GzipFile(fileobj=source) as plain, tarfile.open(fileobj=plain, mode="r|", tarinfo=_Member) as archive:
            for number, member in enumerate(archive):
                left -= member.size
                if left < 0:
                    raise ArchiveError(f"it takes more than {limit_mebibytes} MiB unpacked")
                if number >= _MOST_ENTRIES:
                    raise ArchiveError(f"it holds more than {_MOST_ENTRIES} files")
                if reason := fault():
                    raise ArchiveError(f"unpacked, it {reason}")
                _put(archive, member, tree)
                if member.issym():
                    links[member.name] = member.linkname
            if len(plain.read(_PIECE)) == _PIECE or plain.read(1):  # to its end, where the checksum is
                raise ArchiveError("it is damaged: something follows its last file")
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, UnicodeError, ValueError) as error:
        raise ArchiveError(f"it is damaged: {error}") from error
    return links


class _Member(tarfile.TarInfo):
    """A member whose name takes no more memory than a name can have, whatever the archive says."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        found = super().frombuf(buf, encoding, errors)
        if found.type in _HEADERS and found.size > _LONGEST_HEADER:
            raise ArchiveError(f"a header of it has {found.size} bytes")
        return found


def _add(archive: tarfile.TarFile, path: str, name: str, at: int) -> None:
    info = os.stat(name, dir_fd=at, follow_symlinks=False)
    member = tarfile.TarInfo(path)
    member.mtime = int(info.st_mtime)
    if stat.S_ISDIR(info.st_mode):
        member.type, member.mode, member.mtime = tarfile.DIRTYPE, _PROGRAM, 0
        archive.addfile(member)
    elif stat.S_ISLNK(info.st_mode):
        member.type, member.linkname, member.mtime = tarfile.SYMTYPE, os.readlink(name, dir_fd=at), 0
        archive.addfile(member)
    elif stat.S_ISREG(info.st_mode):
        with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at), "rb") as file:
            member.mode = _PROGRAM if info.st_mode & stat.S_IXUSR else _FILE
            member.size = os.fstat(file.fileno()).st_size
            archive.addfile(member, file)
    else:
        raise ArchiveError(f"{printable(path)} is no directory, regular file or symbolic link")


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, tree: Directory) -> None:
    """Make one entry, whose directory has to be one of this archive's."""
    if reason := _fault(member):
        raise ArchiveError(f"{printable(member.name)[:200]} {reason}")
    *above, name = member.name.split("/")
    try:
        with _entered(tree, above) as at:
            if member.isdir():
                os.mkdir(name, 0o700, dir_fd=at)
                os.chmod(name, _PROGRAM, dir_fd=at)  # the directory that was just made, where nobody else can enter
            elif member.issym():
                os.symlink(member.linkname, name, dir_fd=at)
            else:
                _write(archive, member, name, at)
    except FileExistsError:
        raise ArchiveError(f"{printable(member.name)} is there twice") from None
    except (FileNotFoundError, NotADirectoryError):
        raise ArchiveError(f"{printable(member.name)} is in no directory of the archive") from None


def _fault(member: tarfile.TarInfo) -> str | None:
    """What is wrong with a member, whatever else is there."""
    parts = member.name.split("/")
    if member.name.startswith("/"):
        return "is an absolute path"
    if any(part in {"", ".", ".."} for part in parts) or "\0" in member.name:
        return "is not a plain relative path"
    if len(parts) > _DEEPEST:
        return f"is more than {_DEEPEST} directories deep"
    if member.type in _REFUSED:
        return _REFUSED[member.type]
    if not (member.isdir() or member.issym() or member.type in (tarfile.REGTYPE, tarfile.AREGTYPE)) or member.issparse():
        return "is no directory, regular file or symbolic link"
    if member.mode & ~0o777:
        return "has a set-user-ID, set-group-ID or sticky bit"
    return None


@contextmanager
def _entered(tree: Directory, path: list[str]) -> Iterator[int]:
    """A descriptor of a directory of the tree; no symbolic link is followed on the way."""
    at = os.dup(tree.fd)
    try:
        for name in path:
            inner = os.open(name, _ENTER, dir_fd=at)
            os.close(at)
            at = inner
        yield at
    finally:
        os.close(at)


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, at: int) -> None:
    made = os.open(name, _MAKE, 0o600, dir_fd=at)
    with open(made, "wb") as file:
        shutil.copyfileobj(cast(BinaryIO, archive.extractfile(member)), file, _PIECE)
        file.flush()
        if os.fstat(made).st_size != member.size:
            raise ArchiveError(f"it is damaged: {printable(member.name)} is cut off")
        os.fchmod(made, _PROGRAM if member.mode & stat.S_IXUSR else _FILE)
        os.utime(made, (member.mtime, member.mtime))
