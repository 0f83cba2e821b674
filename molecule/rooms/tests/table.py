# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody tries who can run code of his own in a room. None of it may get anywhere.

A script is Python, run in the room with the functions of ``remote/attacker.py`` and the facts ``ME`` (the room's name),
``MINE`` and ``OTHERS`` (see ``remote/rooms.py``) and ``HOST`` (an address outside of this host). It says REACHED for what
must not happen; an ``OSError`` is a wall.
"""

from __future__ import annotations

from dataclasses import dataclass

SERVICES = ("orchestrator", "sevastopol", "etl")
INSIDE = (*SERVICES, "mother", "nginx")
#: The build of each service.
BUILDS = tuple(f"build of {name}" for name in SERVICES)
EVERYWHERE = (*INSIDE, *BUILDS)


@dataclass(frozen=True)
class Attack:
    """What is tried, in which rooms; ``holds`` is asked of root afterwards (sh) and must be true."""

    name: str
    script: str
    rooms: tuple[str, ...] = EVERYWHERE
    holds: str = ""


def writes(*paths: str) -> str:
    """A new file in places that are root's or another's."""
    return f"""
for pattern in {paths!r}:
    for directory in glob.glob(pattern):
        if os.stat(directory).st_uid != os.getuid() or directory.startswith(("/srv", "/etc")):
            path = directory + "/rooms-%d" % os.getuid()
            if went(put, path):
                reached("wrote in", directory)
                os.unlink(path)
"""


def reads(*paths: str) -> str:
    """Files that are secret to this room: all but those that belong to its user or group."""
    return f"""
for pattern in {paths!r}:
    for path in glob.glob(pattern):
        status = os.lstat(path)
        if status.st_uid != os.getuid() and status.st_gid not in (os.getgid(), *os.getgroups()) and went(get, path):
            reached("read", path)
"""


def commands(*lines: str) -> str:
    """Programs that must fail."""
    return f"""
for line in {lines!r}:
    status, said = sh(line)
    if status == 0: reached(line, "->", said[:200])
"""


ON_ROOT = (
    Attack(
        "write where root's programs and settings are",
        writes(
            "/",
            "/etc",
            "/etc/*",
            "/usr/local/*",
            "/usr/bin",
            "/usr/lib/systemd/system",
            "/root",
            "/boot",
            "/opt",
            "/opt/*",
        ),
    ),
    Attack(
        "write where systemd, cron and udev look",
        writes(
            "/etc/systemd/system",
            "/run/systemd/system",
            "/etc/cron.d",
            "/var/spool/cron/*",
            "/run/udev/rules.d",
            "/etc/profile.d",
            "/etc/ld.so.conf.d",
            "/etc/sudoers.d",
            "/etc/tmpfiles.d",
            "/run/tmpfiles.d",
        ),
    ),
    Attack(
        "write where root keeps state",
        writes(
            "/run",
            "/run/nostromo*",
            "/var/lib",
            "/var/lib/nostromo*",
            "/var/lib/dpkg",
            "/var/cache",
            "/var/log",
            "/run/lock",
        ),
    ),
    Attack(
        "replace root's files by a rename",
        """
for path in ("/etc/passwd", "/etc/hosts", "/etc/nftables.conf", "/etc/ld.so.preload"):
    for place in (os.path.dirname(path),):
        if went(put, place + "/rooms-new") and went(os.rename, place + "/rooms-new", path): reached("renamed over", path)
""",
    ),
    Attack(
        "link to root's files, hard",
        """
for target in ("/etc/passwd", "/usr/bin/mount", "/etc/hostname"):
    for place in (MINE["home"], "/tmp", "/dev/shm", "."):
        if went(os.link, target, place + "/rooms-hardlink"): reached("linked", target, "into", place)
""",
    ),
    Attack(
        "make a setuid shell",
        """
for place in (MINE["home"], "/tmp", "/var/tmp", "/dev/shm", "/run/lock", "."):
    for mode in (0o4755, 0o2755, 0o6755):
        path = place + "/rooms-shell"
        if went(put, path):
            if went(os.chmod, path, mode) and os.stat(path).st_mode & 0o6000 and mode & 0o4000: reached("setuid in", place)
            os.unlink(path)
""",
    ),
    Attack(
        "make a device",
        """
for place in (MINE["home"], "/tmp", "/dev/shm", "."):
    if went(os.mknod, place + "/rooms-disk", 0o60666, os.makedev(8, 0)): reached("made a disk in", place)
    if went(os.mknod, place + "/rooms-memory", 0o20666, os.makedev(1, 1)): reached("made /dev/mem in", place)
""",
    ),
    Attack(
        "become root",
        """
for change in (os.setuid, os.seteuid, os.setgid):
    if went(change, 0): reached(change.__name__)
if went(os.setgroups, [0]): reached("setgroups")
if went(os.setresuid, 0, 0, 0): reached("setresuid")
""",
    ),
    Attack(
        "ask sudo and its kin",
        commands(
            "sudo -n true",
            "su -c true root </dev/null",
            "pkexec --disable-internal-agent true",
            "runuser -u root true",
            "setpriv --reuid 0 true",
            "newgrp root </dev/null",
            "chfn -f x root",
        ),
    ),
    Attack(
        "become another user by sudo and its kin",
        """
for other in OTHERS:
    for line in ("sudo -n -u %s true", "su -s /bin/sh -c true %s </dev/null", "runuser -u %s true", "setpriv --reuid %s true"):
        if sh(line % other["user"])[0] == 0: reached(line % other["user"])
""",
    ),
    Attack(
        "mount",
        commands(
            "mount -t tmpfs none /mnt",
            "mount --bind /etc /mnt",
            "mount -o remount,rw /",
            "mount -o remount,rw /usr",
            "umount /proc",
            "mount -t proc proc /mnt",
            "mount -o remount,rw,suid /tmp",
            "fusermount3 -u /tmp",
        ),
    ),
    Attack(
        "make namespaces",
        commands(
            *(
                f"unshare --{kind} true"
                for kind in (
                    "user",
                    "user --map-root-user",
                    "mount",
                    "net",
                    "pid --fork",
                    "ipc",
                    "uts",
                    "cgroup",
                    "user --map-root-user --mount",
                )
            )
        ),
    ),
    Attack(
        "enter the namespaces of others",
        """
for pid in filter(is_others, (1, *(other["pid"] for other in OTHERS))):
    for kind in ("mnt", "pid", "net", "ipc", "user"):
        if went(os.open, "/proc/%d/ns/%s" % (pid, kind), os.O_RDONLY): reached("opened namespace", kind, "of", pid)
""",
    ),
    Attack(
        "keep capabilities",
        """
status = open("/proc/self/status").read()
if "CapEff:\\t0000000000000000" not in status: reached("has", [line for line in status.splitlines() if "Cap" in line])
if "NoNewPrivs:\\t1" not in status: reached("may gain privileges")
if "Seccomp:\\t2" not in status: reached("may make any system call")
""",
    ),
    Attack(
        "change the kernel",
        writes(
            "/proc/sys/kernel",
            "/sys/kernel",
            "/sys/fs/cgroup",
            "/sys/fs/cgroup/*",
            "/sys/module",
            "/dev",
        )
        + """
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
             "/proc/sys/net/ipv4/ip_forward"):
    if went(os.open, path, os.O_WRONLY): reached("opened", path)
if went(os.write, os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000"): reached("is spared by the OOM killer")
""",
    ),
    Attack(
        "open sockets below the firewall",
        """
for what, arguments in {"raw": (2, 3, 1), "packet": (17, 3, 3), "vsock": (40, 1, 0), "crypto": (38, 5, 0), "netfilter": (16, 3, 12),
                        "CAN": (29, 3, 1), "Bluetooth": (31, 3, 1), "XDP": (44, 3, 0)}.items():
    try:
        with socket.socket(*arguments) as made:
            if what != "netfilter": reached("has a socket:", what)
    except OSError:
        pass
""",
    ),
    Attack(
        "change the firewall and the network",
        commands(
            "nft flush ruleset",
            "nft list ruleset",
            "ip link set lo down",
            "ip address add 10.99.0.1/32 dev lo",
            "iptables -F",
            "tc qdisc add dev lo root netem loss 100%",
        ),
    ),
    Attack(
        "run something as root by systemd",
        commands(
            "systemd-run true",
            "systemd-run --uid=0 --pipe true",
            "systemctl start rooms.service",
            "systemctl stop ssh.service",
            "systemctl daemon-reload",
            "systemctl set-environment LD_PRELOAD=/tmp/x",
            "systemctl kill nginx.service",
            "busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Reload",
            "busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager SetLogLevel s debug",
            "hostnamectl set-hostname rooms",
            "timedatectl set-time 2000-01-01",
        ),
    ),
    Attack(
        "live on without a session",
        commands("loginctl enable-linger", "systemctl --user start x", "systemd-run --user true"),
        holds='test -z "$(ls -A /var/lib/systemd/linger 2>/dev/null)"',
    ),
    Attack(
        "own a crontab",
        """
status, said = sh("echo '* * * * * touch /tmp/rooms-cron' | crontab -")
if status == 0: reached("crontab", said)
if "no crontab for" in sh("crontab -l")[1]: reached("would be given a crontab")
""",
        holds='test -z "$(ls -A /var/spool/cron/crontabs)"',
    ),
    Attack("have at run something", commands("echo true | at now", "echo true | batch")),
    Attack(
        "read root's secrets",
        reads(
            "/etc/shadow",
            "/etc/gshadow",
            "/etc/ssh/ssh_host_*_key",
            "/root/*",
            "/root/.*",
            "/etc/sudoers",
            "/etc/sudoers.d/*",
            "/home/*/.ssh/*",
            "/var/lib/nostromo*/*",
            "/etc/letsencrypt/accounts/*/*",
            "/var/log/auth.log",
            "/proc/kcore",
            "/dev/mem",
        ),
    ),
    Attack(
        "read the site's key",
        reads(
            "/etc/letsencrypt/live/*/privkey.pem",
            "/etc/letsencrypt/archive/*/privkey*.pem",
            "/etc/nginx/tls/*/*key*",
        ),
    ),
    Attack(
        "look into root's processes",
        """
for what in ("environ", "mem", "maps", "root/etc/shadow", "cwd", "fd"):
    path = "/proc/1/" + what
    if is_others(1) and went(os.listdir if what in ("fd",) else get, path): reached("opened", path)
if is_others(1) and went(os.kill, 1, 0): reached("may signal systemd")
""",
    ),
    Attack(
        "read the journal of others",
        """
for line in ("journalctl -n 5 --no-pager -u ssh.service", "journalctl -n 5 --no-pager _UID=0", "dmesg"):
    status, said = sh(line)
    if status == 0 and "No entries" not in said and "not seeing messages" not in said and said: reached(line, said[:100])
""",
    ),
)

ON_RELEASES = (
    Attack(
        "change releases, its own too",
        writes("/srv", "/srv/*", "/srv/*/releases", "/srv/*/releases/*", "/srv/*/current/*"),
        rooms=INSIDE,
    ),
    Attack(
        "change a file of its own release",
        """
for directory, _below, names in os.walk(MINE["release"]):
    for name in names[:3]:
        if went(os.open, directory + "/" + name, os.O_WRONLY): reached("opened to write", directory + "/" + name); break
""",
        rooms=SERVICES,
    ),
    Attack(
        "move the releases away and lead root elsewhere",
        """
base = os.path.dirname(os.path.dirname(MINE["release"]))
if went(os.rename, base + "/releases", base + "/rooms"):
    reached("moved releases away")
    os.rename(base + "/rooms", base + "/releases")
if went(os.symlink, "/usr/local/sbin", base + "/rooms-link"): reached("linked to /usr/local/sbin")
if went(os.rename, base + "/current", base + "/rooms-current"): reached("moved current"); os.rename(base + "/rooms-current", base + "/current")
""",
        rooms=SERVICES,
    ),
    Attack(
        "have its release taken for another, or for unfinished",
        """
base = os.path.dirname(MINE["release"])
for path in (MINE["release"] + "/.complete", base + "/.complete", base + "/rooms-release", base + "/.rooms.complete"):
    if went(os.mkdir, path): reached("made", path)
    if os.path.isfile(path) and went(os.unlink, path): reached("removed", path)
if went(os.chmod, MINE["release"], 0o777): reached("changed the mode of its release")
""",
        rooms=SERVICES,
    ),
    Attack(
        "own its release",
        """
for path in (MINE["release"], os.path.dirname(MINE["release"]), os.path.dirname(os.path.dirname(MINE["release"]))):
    if os.stat(path).st_uid != 0: reached(path, "belongs to user", os.stat(path).st_uid)
    if os.stat(path).st_mode & 0o022: reached(path, "may be written by others")
""",
        rooms=SERVICES,
    ),
    Attack(
        "own the settings by which it is run",
        """
for path in (MINE["definition"], "/etc/pm2", "/etc/systemd/system/" + MINE["unit"]):
    if os.stat(path).st_uid != 0 or os.stat(path).st_mode & 0o022: reached(path, "belongs to user", os.stat(path).st_uid)
    if os.path.isfile(path) and went(os.open, path, os.O_WRONLY): reached("opened to write", path)
    if went(os.chmod, path, 0o777): reached("changed the mode of", path)
""",
        rooms=SERVICES,
    ),
    Attack(
        "own the settings of the database",
        """
for directory, _below, names in os.walk("/etc/postgresql"):
    for path in (directory, *(directory + "/" + name for name in names)):
        if os.stat(path).st_uid != 0 or os.stat(path).st_mode & 0o022: reached(path, "belongs to user", os.stat(path).st_uid)
""",
        rooms=("mother",),
    ),
    Attack(
        "change the web server's settings, certificates and challenges",
        writes(
            "/etc/nginx",
            "/etc/nginx/*",
            "/etc/nginx/*/*",
            "/var/www",
            "/var/www/*",
            "/var/www/*/*",
            "/usr/share/nginx",
            "/etc/letsencrypt",
        ),
        rooms=INSIDE,
    ),
    Attack(
        "truncate or replace the web server's logs",
        """
for path in glob.glob("/var/log/nginx/*"):
    if went(os.rename, path, path + ".rooms"): reached("moved", path); os.rename(path + ".rooms", path)
if went(put, "/var/log/nginx/rooms"): reached("wrote in /var/log/nginx")
""",
    ),
)

ON_NEIGHBOURS = (
    Attack(
        "read the settings and secrets of others",
        reads("/etc/pm2/*", "/etc/pm2/.*", "/etc/credstore*/*", "/run/credentials/*/*"),
    ),
    Attack(
        "read the releases of others",
        """
for other in OTHERS:
    if other["release"] and other["name"] not in ME and went(os.listdir, other["release"]): reached("listed", other["release"])
""",
    ),
    Attack(
        "read the homes of others",
        """
for other in OTHERS:
    for path in ("/run/pm2/" + other["name"], other["home"] + "/.ssh", other["home"] + "/17/main", other["home"] + "/.npm"):
        if went(os.listdir, path): reached("listed", path)
    if other["home"] not in ("/var/www", "/var/lib/postgresql") and went(os.listdir, other["home"]): reached("listed", other["home"])
""",
    ),
    Attack(
        "write in the homes, logs and sockets' places of others",
        """
for other in OTHERS:
    for directory in {other["home"], "/run/pm2/" + other["name"], *map(os.path.dirname, other["sockets"])}:
        if went(put, directory + "/rooms"): reached("wrote in", directory); os.unlink(directory + "/rooms")
""",
    ),
    Attack(
        "read the logs of others",
        reads("/var/log/postgresql/*", "/var/log/nginx/*", "/var/log/journal/*/*"),
    ),
    Attack(
        "see the processes of others",
        """
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        uid = os.stat("/proc/" + pid).st_uid
        if uid not in (os.getuid(), 65534): reached("sees process", pid, open("/proc/%s/comm" % pid).read().strip(), "of user", uid)
    except OSError:
        pass
""",
    ),
    Attack(
        "open memory, files and variables of others' processes",
        """
for other in OTHERS:
    for what in ("mem", "environ", "maps", "root/etc/hostname", "cwd/."):
        if is_others(other["pid"]) and went(os.open, "/proc/%d/%s" % (other["pid"], what), os.O_RDONLY): reached("opened", what, "of", other["name"])
""",
    ),
    Attack(
        "trace the processes of others",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for pid in filter(is_others, (1, *(other["pid"] for other in OTHERS))):
    if libc.ptrace(16, pid, 0, 0) == 0: reached("attached to", pid); libc.ptrace(17, pid, 0, 0)
""",
        rooms=(*SERVICES, "mother", *BUILDS),
    ),
    Attack(
        "signal the processes of others",
        """
for other in OTHERS:
    for number in (0, signal.SIGCONT):
        if is_others(other["pid"]) and went(os.kill, other["pid"], number): reached("signalled", other["name"])
""",
    ),
    Attack(
        "lower the priority of others",
        """
for other in OTHERS:
    if not is_others(other["pid"]): continue
    if went(os.setpriority, os.PRIO_PROCESS, other["pid"], 19): reached("slowed", other["name"])
    if went(os.sched_setaffinity, other["pid"], {0}): reached("moved", other["name"])
if went(os.setpriority, os.PRIO_PROCESS, 0, -10): reached("goes before others")
""",
    ),
    Attack(
        "speak with the process managers of others",
        """
for other in OTHERS:
    for path in other["sockets"]:
        if ".s.PGSQL" in path: continue
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            if went(client.connect, path): reached("connected to", path)
""",
    ),
    Attack(
        "log in to the database as others",
        """
for user in ("postgres", *(other["user"] for other in OTHERS)):
    for host in ("/run/postgresql", "127.0.0.1"):
        status, said = sh("PGCONNECT_TIMEOUT=2 psql --no-password -h %s -U %s -d nostromo -Atc 'select current_user'" % (host, user))
        if status == 0: reached("is", said, "by", host)
""",
        rooms=(*SERVICES, "nginx", *BUILDS),
    ),
    Attack(
        "read and change what the database keeps for others",
        """
for statement in ("create table rooms(x int)", "create schema rooms", "create role rooms", "alter role etl superuser", "select pg_read_file('/etc/passwd')",
                  "copy (select 1) to program 'true'", "alter role etl set search_path = rooms", "alter database nostromo set search_path = rooms",
                  "create extension dblink", "drop schema public cascade", "lock pg_catalog.pg_class"):
    status, said = sh("PGCONNECT_TIMEOUT=2 PGPASSWORD=%s psql --no-password -h /run/postgresql -U etl -d nostromo -Atqc \\"begin; %s; rollback\\""
                      % (json.loads(get(MINE["definition"], 65536))["apps"][0]["env"].get("PGPASSWORD", ""), statement))
    if status == 0 and "alter role etl set" not in statement: reached(statement)
""",
        rooms=("etl",),
    ),
)

ON_SHARED_PLACES = (
    Attack(
        "leave something where others find it",
        """
for place in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", "/run/user", "/run/screen", "/run"):
    if went(put, place + "/rooms-" + ME.replace(" ", "-")): print("wrote in", place)
""",
        holds="! ls -d /tmp/rooms-* /var/tmp/rooms-* /dev/shm/rooms-* /dev/mqueue/rooms-* /run/lock/rooms-* /run/rooms-* 2>/dev/null | grep .",
    ),
    Attack(
        "hold a lock of root's",
        """
import fcntl
for path in (*glob.glob("/run/lock/*"), *glob.glob("/run/nostromo*"), *glob.glob("/run/nostromo*/*"), *glob.glob("/var/lib/dpkg/lock*"), "/etc/.pwd.lock"):
    if os.path.isfile(path) and os.stat(path).st_uid == 0 and os.access(path, os.R_OK):
        with open(path) as file:
            if went(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB): reached("locked", path)
""",
    ),
    Attack(
        "plant a link where root makes a lock",
        """
for path in ("/run/lock/nostromo-pm2-rooms.lock", "/run/lock/nostromo.lock", "/run/nostromo/rooms"):
    if went(os.symlink, "/root/canary", path): print("planted", path)
""",
        holds="! ls -d /run/lock/nostromo-pm2-rooms.lock /run/lock/nostromo.lock /run/nostromo/rooms 2>/dev/null | grep .",
    ),
    Attack(
        "share memory of System V",
        """
status, said = sh("ipcmk -M 65536")
print(said)
""",
        holds="! ipcs -m | awk 'NR > 3 && NF && $3 != \"postgres\"' | grep .",
        rooms=(*SERVICES, "nginx", *BUILDS),
    ),
    Attack(
        "take the names of abstract sockets and of queues",
        """
with socket.socket(socket.AF_UNIX) as server:
    for name in ("\\0/org/freedesktop/systemd1/private", "\\0/tmp/dbus-rooms"):
        went(server.bind, name)
if glob.glob("/dev/mqueue/rooms-*") and ME != "mother": print("sees", glob.glob("/dev/mqueue/*"))
""",
    ),
)

ON_SSH = (
    Attack(
        "be answered by sshd over a Unix socket",
        """
for path in ("/run/ssh-unix-local/socket", "/run/host/unix-export/ssh", *glob.glob("/run/ssh*/*")):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        if went(client.connect, path): reached("connected to", path)
""",
    ),
    Attack(
        "be answered by sshd over a socket of virtual machines",
        """
with socket.socket(40, socket.SOCK_STREAM) as client:
    client.settimeout(2)
    for number in (1, 2, 4294967295):
        if went(client.connect, (number, 22)): reached("connected to", number)
""",
    ),
    Attack(
        "be answered by sshd over loopback",
        """
for address in ("127.0.0.1", "::1", "127.0.0.2", "0.0.0.0"):
    if knock(address, 22) == "open": reached("connected to", address)
""",
    ),
    Attack(
        "log in by a key of its own",
        """
os.makedirs(MINE["home"] + "/.ssh", mode=0o700, exist_ok=True)
sh("rm -f ~/.ssh/rooms*; ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/rooms && cp ~/.ssh/rooms.pub ~/.ssh/authorized_keys")
for destination in ("127.0.0.1", "::1", ".host", "vsock/1"):
    status, said = sh("ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=2 -i ~/.ssh/rooms -T %s true" % destination)
    if status in (0, 1) or "This account" in said: reached("logged in at", destination, said[:100])
""",
        rooms=("orchestrator", "sevastopol", "etl", "mother", *BUILDS),
    ),
)

ON_THE_MATRIX = (
    Attack(
        "serve at the ports of others",
        """
for other in OTHERS:
    for port in other["ports"]:
        for address in ("127.9.8.7", "::1"):
            with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as server, socket.socket(server.family) as client:
                server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if went(server.bind, (address, port)):
                    server.listen()
                    client.settimeout(0.4)
                    if went(client.connect, server.getsockname()): reached("serves at", address, port)
""",
    ),
    Attack(
        "share the port of its owner",
        """
for other in OTHERS:
    for port in other["ports"]:
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if went(server.bind, ("127.0.0.1", port)) and went(server.listen): reached("listens at 127.0.0.1", port)
""",
    ),
    Attack(
        "send to any name server",
        """
for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
    seen = knock(HOST, 53, kind)
    if seen != "blocked": reached("port 53 of", HOST, kind.name, seen)
""",
    ),
    Attack(
        "send as if for the time or for an address",
        """
for port in (123, 67, 547):
    seen = knock(HOST, port, socket.SOCK_DGRAM)
    if seen != "blocked": reached("port", port, "of", HOST, seen)
""",
    ),
    Attack(
        "ask the cloud's metadata",
        """
for address in ("169.254.169.254", "169.254.170.2"):
    for port, kind in ((80, socket.SOCK_STREAM), (443, socket.SOCK_STREAM), (53, socket.SOCK_DGRAM)):
        seen = knock(address, port, kind)
        if seen != "blocked": reached("port", port, "of", address, seen)
""",
    ),
    Attack(
        "send elsewhere",
        """
for port in (22, 25, 8443, 5432, 4321):
    seen = knock(HOST, port)
    if seen != "blocked": reached("port", port, "of", HOST, seen)
""",
    ),
    Attack(
        "go round the firewall by other protocols",
        """
for number in (132, 33):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, number) as client:
        client.settimeout(0.7)
        if went(client.connect, (HOST, 53)): reached("connected by protocol", number)
""",
    ),
)

IN_A_BUILD = (
    Attack(
        "find what another build left",
        """
for name in (".gitconfig", ".npmrc", ".ssh/config", ".local/rooms", ".config/rooms", ".profile"):
    path = MINE["home"] + "/" + name
    if os.path.exists(path): reached("finds", path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write("rooms")
""",
    ),
    Attack(
        "live on after its build",
        """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(3): os.close(descriptor)
        open("/tmp/rooms-alive", "w").close()
        time.sleep(600)
    os._exit(0)
""",
        holds="! pgrep -u nostromo-build",
    ),
    Attack(
        "change releases that serve",
        """
for other in OTHERS:
    if other["release"]:
        for directory, _below, names in os.walk(other["release"]):
            if went(put, directory + "/rooms"): reached("wrote in", directory); break
""",
        rooms=BUILDS,
    ),
)
IN_A_BUILD = tuple(Attack(one.name, one.script, BUILDS, one.holds) for one in IN_A_BUILD)

AS_SUPERUSER = (
    Attack(
        "read files by SQL",
        """
for statement in ("select pg_read_file('/etc/shadow')", "select pg_ls_dir('/root')", "copy (select 1) to '/etc/cron.d/rooms'",
                  "copy (select 1) to '/etc/postgresql/17/main/pg_hba.conf'", "select lo_export(lo_from_bytea(0, 'x'), '/usr/local/bin/rooms')",
                  "create temp table x(y text); copy x from '/etc/pm2/etl.json'", "load '/tmp/rooms.so'"):
    status, said = sh("psql -X -Atq -v ON_ERROR_STOP=1 -d postgres -c \\"%s\\"" % statement)
    if status == 0: reached(statement, said[:80])
""",
    ),
    Attack(
        "run programs by SQL",
        """
for program in ("id -u | grep -qx 0", "touch /etc/cron.d/rooms", "touch /usr/local/bin/rooms", "cat /etc/shadow", "cat /etc/pm2/etl.json",
                "unshare --user true", "sudo -n true", "install -m 4755 /bin/sh /var/lib/postgresql/rooms-shell && test -u /var/lib/postgresql/rooms-shell",
                "touch /etc/postgresql/17/main/rooms"):
    status, said = sh("psql -X -Atq -v ON_ERROR_STOP=1 -d postgres -c \\"copy (select 1) to program '%s'\\"" % program.replace("'", "''"))
    if status == 0: reached(program)
""",
    ),
)
AS_SUPERUSER = tuple(Attack(one.name, one.script, ("mother",), one.holds) for one in AS_SUPERUSER)

ATTACKS = (
    *ON_ROOT,
    *ON_RELEASES,
    *ON_NEIGHBOURS,
    *ON_SHARED_PLACES,
    *ON_SSH,
    *ON_THE_MATRIX,
    *IN_A_BUILD,
    *AS_SUPERUSER,
)
