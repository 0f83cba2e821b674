# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The services that PM2 runs, and where their code comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from ..pm2.check import INSIDE, RESERVED, node_fault, script_fault
from ..pm2.mode import check_together
from ..release.check import CHECKSUM, CHECKSUM_REMEDY, check_source
from .certificate import Judged
from .kinds import Choice, Count, Many, MapOf, Matching, Scalar, Switch, Text
from .options import Option, Plain
from .ports import Port
from .record import Record, says
from .renewal import schedule_fault
from .schema import Schema
from .words import ABSOLUTE_PATH, KEY, URL_PATH, USER

_SERVICE_USER = Matching(
    USER.pattern.pattern,
    USER.what,
    USER.remedy,
    but={"root": ("a service never runs as root", "use a user of its own")},
)
_HOST = Matching(r"[^\s\x00-\x1f\x7f]+", "an address", "use the address on which it listens")
_HOST_NAME = Matching(r"\S+", "a host", "use the name of a host of the inventory that runs the service")
_CHECKSUM = Matching(CHECKSUM, "a checksum", CHECKSUM_REMEDY)
_INSIDE = Matching(INSIDE, "a path inside the release", "use one such as packages/web")
_WORDS = Many(Scalar())
_SECONDS = Count(1, 86400, "a number of seconds")
_MEBIBYTES = Count(1, 1 << 30, "a number of MiB")
_NAME = Matching(
    r"[A-Za-z_][A-Za-z0-9_]*",
    "a name of an environment variable",
    "use letters, digits and _, a letter first",
    but={
        name: ("is a name under which PM2 keeps its own state", f"choose another, such as {name.upper()}")
        for name in RESERVED
    },
)
_VARIABLES = MapOf(Scalar(), _NAME)


class Secret:
    """A text that is shown to nobody."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it; no fault tells what it is."""
        if not isinstance(value, str):
            faults.error(path, None, "is not a text", "write it in quotes")
            return None
        if not value:
            faults.error(path, None, "is empty", "fill it in")
            return None
        return value

    def schema(self) -> Schema:
        """Its schema."""
        return {"type": "string"}

    def option(self) -> Option:
        """Its option."""
        return {"type": "str", "no_log": True}


@dataclass(frozen=True)
class Source(Record):
    """Where the code of a service comes from: one of git, path and archive."""

    git: str | None = says(
        "Address of a git repository, fetched on the host by the user that builds. A password or token in it is shown to"
        " nobody.",
        Text(1),
    )
    version: str | None = says(
        "Branch, tag or commit of the repository. With a full commit, no run needs to look at the repository.", Scalar()
    )
    deploy_key: str | None = says(
        "The private key for a repository that is fetched over SSH, its text, without a passphrase. Only the commands that"
        " fetch see it, not those of the build, and it is written to no disk. Give it the right to read and no other.",
        Secret(),
        since="0.4.0",
    )
    known_hosts: str | None = says(
        "By which keys the repository's server is known, as lines of known_hosts. Required with deploy_key.",
        Text(1),
        since="0.4.0",
    )
    path: str | None = says(
        "Directory on the controller, uploaded when there is no release of exactly its files yet. Files that a .gitignore in it"
        " names are left out.",
        Text(1),
    )
    exclude: tuple[str, ...] = says(
        "Patterns, as in .gitignore, of what is left out of path besides.", Many(Text()), default=()
    )
    archive: str | None = says("A tar archive, as a file on the controller or an https address.", Text(1))
    checksum: str | None = says("Checksum of an archive that is fetched from an address, as sha256:HEX.", _CHECKSUM)
    strip_components: int = says(
        "How many leading directories of the archive's paths to leave out.", Count(0, 100), default=0
    )
    submodules: bool = says(
        "Whether the repository's submodules are fetched as well, also theirs.", Switch(), default=False, since="0.4.0"
    )

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """One place, with what it needs."""
        check_source(given, path, faults)


@dataclass(frozen=True)
class HealthCheck(Record):
    """How to see that a service serves."""

    address: str = says("The address on which it listens.", _HOST, required=True)
    port: int = says("The port on which it listens.", Port(), required=True)
    path: str | None = says("What to request; an answer 2xx is healthy. Without it, the port has to be open.", URL_PATH)


@dataclass(frozen=True)
class ServiceLimits(Record):
    """What a service with all its processes may use."""

    memory_mebibytes: int | None = says("Memory, in MiB.", _MEBIBYTES)
    tasks: int | None = says("Processes and threads.", Count(1, 1 << 22))
    open_files: int | None = says("Open files and connections of each process.", Count(1, 1 << 30))


class Script(Plain):
    """A file of the release."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        text = Text(1).read(value, path, faults)
        if text is not None and (fault := script_fault(text)):
            faults.error(path, text, fault, "name a file of the release")
            return None
        return text

    def schema(self) -> Schema:
        """Its schema."""
        return Text(1).schema()


@dataclass(frozen=True)
class Service(Record):
    """A service. What it does not say itself, the component of the same name and the role pm2 do."""

    title: str | None = says("How people call the service; by default the component's title.", Text())
    shell: str | None = says("Login shell of the user; by default the component's, which is none.", ABSOLUTE_PATH)
    state: Literal["present", "absent"] = says(
        "absent stops the service for good; its releases, its user and its logs stay.",
        Choice("present", "absent"),
        default="present",
    )
    user: str | None = says(
        "System user that runs the service, and no other; by default the component's.", _SERVICE_USER
    )
    home: str | None = says("Home directory of the user; by default the component's.", ABSOLUTE_PATH)
    source: Source | None = says("Where the code comes from. Required unless state is absent.", Source)
    build: tuple[str, ...] = says(
        "Commands that build the release, run one after the other by a shell in the release, as the user that builds.",
        Many(Text(1)),
        default=(),
    )
    build_environment: Mapping[str, object] = says(
        "Variables for the build, besides those of /etc/environment. No secrets.",
        MapOf(Scalar()),
        default={},
    )
    build_scripts: bool = says(
        "Whether packages may run their own scripts when a build installs them. false sets npm_config_ignore_scripts,"
        " YARN_ENABLE_SCRIPTS and PIP_ONLY_BINARY, which npm, pnpm, yarn and pip follow; packages that compile something then do"
        " not work. The commands of build themselves always run.",
        Switch(),
        default=True,
    )
    build_on: str | None = says(
        "The host that builds for all that run the service, one of them. The others get the release from it, and need no tools to"
        " build. By default the first of them by name. Hosts of another Debian release or architecture, or that build otherwise,"
        " have a first one of their own.",
        _HOST_NAME,
        since="0.4.0",
    )
    script: str | None = says(
        "What to run, a file of the release. Required unless state is absent. A release that does not have it is refused before"
        " anything of the service is touched. A command such as npm start is none; name what it runs.",
        Script(),
    )
    migrate: tuple[str, ...] = says(
        "Commands that bring the database to what a new release needs, run one after the other by a shell in the release, as the"
        " service's user, with its variables and in a room like its own. They run once for a release, on the host that builds it,"
        " before it replaces anything on any host; where one fails, nothing is replaced. What serves meanwhile, and what is"
        " returned to later, has to work with what they leave.",
        Many(Text(1)),
        default=(),
        since="0.4.0",
    )
    working_directory: str = says(
        "The directory of the release in which it is built and runs, such as a monorepo's package. By default the release.",
        _INSIDE,
        default="",
        since="0.4.0",
    )
    writable: tuple[str, ...] = says(
        "Directories of the release that the service may write to, such as uploads. They lie in its home under the same name and"
        " outlive the release, which has links to them; what a build puts there is left out.",
        Many(_INSIDE),
        default=(),
        since="0.4.0",
    )
    args: tuple[object, ...] = says("Arguments of the script.", _WORDS, default=())
    interpreter: str = says("What runs the script; none if it runs by itself.", Text(1), default="node")
    interpreter_args: tuple[object, ...] = says("Arguments of the interpreter.", _WORDS, default=())
    mode: Literal["cluster", "fork"] | None = says(
        "cluster shares the port among the instances and replaces them without losing requests; for Node.js, where it is"
        " the default. Anything else and scheduled services run in fork mode.",
        Choice("cluster", "fork"),
    )
    instances: int = says("How many processes.", Count(1, 1024), default=1)
    environment: Mapping[str, object] = says(
        "Variables of the service. It gets these, secrets, and HOME, LANG, LOGNAME, NODE_ENV, PATH and USER; no others.",
        _VARIABLES,
        default={},
    )
    secrets: Mapping[str, object] = says(
        "Variables that are not to be seen, kept in a file that only the service's user can read.",
        MapOf(Secret(), _NAME),
        default={},
    )
    schedule: str | None = says(
        "When to run, in cron's notation. The service is then a job that ends, also run when it is deployed and at boot. When it"
        " is deployed, a run that does not end with status 0 while the service should become healthy counts as unhealthy. A run"
        " that has not ended when the next is due is stopped.",
        Judged(lambda text: schedule_fault(text.partition(" ")[2] if len(text.split()) == 6 else text), "*/15 * * * *"),
    )
    health: HealthCheck | None = says(
        "How to see that the service serves, asked as its user. Without it, all that is seen is that its processes stay up, the"
        " same ones for 10 seconds, or half of the time in which it should become healthy if that is shorter. The socket that"
        " answers has to be held by a process of the service's unit; if another process holds it, that is named and nothing is"
        " deployed.",
        HealthCheck,
    )
    health_timeout_seconds: int | None = says(
        "How long a deployed service has to start and become healthy, in seconds.", _SECONDS
    )
    migrate_timeout_seconds: int | None = says(
        "How long all commands of migrate together may take, in seconds.", _SECONDS, since="0.4.0"
    )
    start_timeout_seconds: int | None = says("How long a process may take until it listens, in seconds.", _SECONDS)
    stop_timeout_seconds: int | None = says(
        "How long a process has to finish its requests before it is killed, in seconds.", _SECONDS
    )
    max_memory_mebibytes: int | None = says("Replace a process that uses more than this, in MiB.", _MEBIBYTES)
    limits: ServiceLimits | None = says(
        "What the service with all its processes may use; what is named here wins over pm2_limits.", ServiceLimits
    )

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """How it is run fits what it is; what is to be run is there."""
        for key in ("source", "script") if given.get("state") != "absent" else ():
            if given.get(key) is None:
                faults.error(f"{path}.{key}", None, "is missing", "add it, or set state: absent")
        environment, secrets = given.get("environment"), given.get("secrets")
        if isinstance(environment, Mapping) and isinstance(secrets, Mapping):
            for name in sorted(set(map(str, environment)) & set(map(str, secrets))):
                faults.error(f"{path}.secrets.{name}", None, "is in environment as well", "keep it in one of them")
        script, node = given.get("script"), given.get("interpreter") in (None, "node")
        if isinstance(script, str) and node and (reason := node_fault(script)):
            faults.error(
                f"{path}.interpreter", "node", reason, "set interpreter: none if it runs by itself, or what runs it"
            )
        several = Count(2, 1024).read(given.get("instances") or 1, path, Faults()) is not None
        check_together(given, several, f"{path}.", faults)


#: What the module pm2_service is given otherwise: what becomes of the account and its unit, the source with what is uploaded, and
#: times and sizes, whose names have no unit there.
_GIVEN_OTHERWISE = (
    "title", "shell", "user", "home", "limits", "source", "build_on",
    "health_timeout_seconds", "migrate_timeout_seconds", "start_timeout_seconds", "stop_timeout_seconds", "max_memory_mebibytes",
)  # fmt: skip
#: What it takes of a service as it is declared.
DEPLOYED = {name: option for name, option in Service.options().items() if name not in _GIVEN_OTHERWISE}
SERVICES = MapOf(Service, KEY)
SOURCES = MapOf(Source, KEY)
