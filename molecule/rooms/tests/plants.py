# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody leaves in a room, or goes on doing there, to have root's next run act for him, lie, hang or fail for ever.

Scripts as in ``table.py``. What is planted may stay where only its room is hurt: the next run ends in time, heals what it
manages, and ``holds``.
"""

from __future__ import annotations

from table import INSIDE, SERVICES, Attack

CANARY = 'test "$(stat -c %a:%U:%s /root/canary):$(cat /root/canary)" = 600:root:7:canary.'
#: Asked of the database past all that hinders, as root or, where that may not, as its own user.
AS_BEFORE = """
export PGOPTIONS="-c statement_timeout=0 -c event_triggers=off -c search_path=pg_catalog -c client_min_messages=error"
ask() { "$@" psql -XAtd template1 "-c select rolname from pg_roles where rolsuper and rolname = 'etl' or rolconnlimit = 0 or rolname = 'orchestrator' and not rolcanlogin union select datname from pg_database where datname = 'nostromo' and (datconnlimit = 0 or datistemplate)"; }
left=$(ask env PGUSER=postgres 2>/dev/null || ask runuser -u postgres --)
test -z "$left" || { echo "$left"; exit 1; }
"""
#: A run that stumbles over what is planted ends otherwise than by itself.
PLANTS = (
    Attack(
        "its log is a FIFO",
        """
for path in (*glob.glob("/var/log/postgresql/*.log"), *glob.glob("/var/log/nginx/*.log")):
    if went(os.rename, path, path + ".rooms"): os.mkfifo(path)
""",
        rooms=("mother", "nginx"),
    ),
    Attack(
        "its log leads to a file of root's",
        """
for path in (*glob.glob("/var/log/postgresql/*.log"), *glob.glob("/var/log/nginx/*.log")):
    if went(os.rename, path, path + ".rooms"): os.symlink("/root/canary", path)
""",
        rooms=("mother", "nginx"),
        holds=CANARY,
    ),
    Attack(
        "its log is a directory",
        """
for path in (*glob.glob("/var/log/postgresql/*.log"), *glob.glob("/var/log/nginx/*.log")):
    if went(os.rename, path, path + ".rooms"): os.mkdir(path)
""",
        rooms=("mother", "nginx"),
    ),
    Attack(
        "its process manager's socket is another's",
        """
targets = {"etl": "/run/postgresql/.s.PGSQL.5432", "sevastopol": "/run/dbus/system_bus_socket",
           "orchestrator": next((path for other in OTHERS if other["name"] == "etl" for path in other["sockets"]), "/run/systemd/private")}
for path in MINE["sockets"]:
    if path.endswith("rpc.sock") and went(os.rename, path, path + ".rooms"): os.symlink(targets[ME], path)
""",
        rooms=SERVICES,
    ),
    Attack(
        "its process is said to be another's",
        """
for path in glob.glob("/run/pm2/*/pm2.pid"):
    other = next(other for other in OTHERS if other["pid"])
    if went(os.unlink, path): open(path, "w").write(str(1 if ME == "etl" else other["pid"]))
""",
        rooms=SERVICES,
    ),
    Attack(
        "its home is littered with settings of programs",
        """
for name, text in {".gitconfig": "[protocol \\"ext\\"]\\n allow = always\\n", ".npmrc": "script-shell=/tmp/x\\n", ".psqlrc": "\\\\\\\\! touch ~/rooms-psqlrc\\n",
                   ".profile": "touch ~/rooms-profile\\n", ".bashrc": "touch ~/rooms-bashrc\\n", ".pgpass": "*:*:*:*:x\\n", ".pam_environment": "LD_PRELOAD=/tmp/x\\n"}.items():
    went(put, MINE["home"] + "/" + name, text)
for name in (".local/lib/python3.13/site-packages", ".config/pip", ".ssh"):
    went(os.makedirs, MINE["home"] + "/" + name)
went(put, MINE["home"] + "/.local/lib/python3.13/site-packages/usercustomize.py", "open('/tmp/rooms-python', 'w')")
""",
        rooms=INSIDE,
        holds="! ls -d /var/lib/*/rooms-psqlrc /var/lib/*/rooms-profile /var/lib/*/rooms-bashrc /tmp/rooms-python 2>/dev/null | grep .",
    ),
    Attack(
        "its home is open to all, and full of links",
        """
went(os.chmod, MINE["home"], 0o777)
for number, target in enumerate(("/etc/shadow", "/root", "/root/canary", "/etc/cron.d", "/usr/local/sbin")):
    went(os.symlink, target, MINE["home"] + "/rooms-link-%d" % number)
state = "/run/pm2/" + MINE["name"]
went(os.rename, state + "/logs", state + "/rooms-logs") and went(os.symlink, "/usr/local/sbin", state + "/logs")
""",
        rooms=SERVICES,
        holds='test "$(stat -c %a:%U /usr/local/sbin /etc/cron.d | sort -u)" = 755:root && for home in /var/lib/orchestrator /var/lib/etl /var/lib/sevastopol; do test $(stat -c %a $home) = 750; done',
    ),
    Attack(
        "its directories are gone or lead elsewhere",
        """
for path in ("/run/pm2/" + MINE["name"] + "/pids", "/run/pm2/" + MINE["name"] + "/modules"):
    if went(os.rename, path, path + ".rooms"): os.symlink("/etc/systemd/system", path)
""",
        rooms=SERVICES,
        holds='test "$(stat -c %a:%U /etc/systemd/system)" = 755:root',
    ),
    Attack(
        "root's next files in the database's settings are links",
        """
for name in (".pg_hba.conf.nostromo-new", ".postgresql.conf.nostromo-new", "conf.d/.00-nostromo.conf.nostromo-new", "conf.d/rooms.conf"):
    if went(os.symlink, "/root/canary", "/etc/postgresql/17/main/" + name): reached("planted", name)
""",
        rooms=("mother",),
        holds=CANARY,
    ),
    Attack(
        "names in the database are not what they seem",
        """
sh("psql -X -q -d postgres", 5)
script = '''
create schema evil;
create view evil.pg_file_settings as select repeat('x', 1000) as name, repeat('x', 1000) as setting, 1 as sourceline, '/x' as sourcefile, true as applied, 'y' as error from generate_series(1, 1000000);
create view evil.pg_settings as select e'\\\\\\\\! touch /var/lib/postgresql/rooms-meta' as name, 'x' as setting, '' as unit, 'x' as reset_val, 'x' as boot_val, false as pending_restart, 'x' as context, 'x' as source, 'x' as vartype;
create function evil.format(text, variadic text[]) returns text language sql as $$ select e'\\\\n\\\\\\\\! touch /var/lib/postgresql/rooms-meta\\\\n' $$;
create function evil.quote_ident(text) returns text language sql as $$ select e'x"; \\\\n\\\\\\\\! touch /var/lib/postgresql/rooms-meta\\\\n' $$;
create function evil.current_setting(text) returns text language sql as $$ select e'\\\\n\\\\\\\\! touch /var/lib/postgresql/rooms-meta\\\\n' $$;
create role e"rooms" superuser;
alter database postgres set search_path = evil, pg_catalog;
alter role postgres set search_path = evil, pg_catalog;
'''.replace('e"rooms"', 'rooms_of_mother')
done = subprocess.run(["psql", "-X", "-q", "-d", "postgres"], input=script, text=True, capture_output=True)
print(done.stderr)
""",
        rooms=("mother",),
        holds="! ls /var/lib/postgresql/rooms-meta 2>/dev/null | grep .",
    ),
    Attack(
        "the database answers late and strangely at each login",
        """
script = '''
create function public.rooms() returns event_trigger language plpgsql as $$ begin raise warning e'\\\\x1b]0;rooms\\\\x07'; perform pg_catalog.pg_sleep(20); raise exception 'no entry'; end $$;
create event trigger rooms on login execute function public.rooms();
alter event trigger rooms enable always;
'''
done = subprocess.run(["psql", "-X", "-q", "-d", "postgres"], input=script, text=True, capture_output=True, timeout=5)
print(done.stderr)
""",
        rooms=("mother",),
    ),
    Attack(
        "roles in the database have settings that hinder",
        """
script = '''
alter role postgres set default_transaction_read_only = on;
alter role postgres set statement_timeout = 1;
alter role postgres set client_encoding = latin1;
alter role postgres set client_min_messages = debug5;
alter role postgres set standard_conforming_strings = off;
alter role etl superuser;
alter role etl set search_path = nowhere;
alter role orchestrator connection limit 0;
alter role orchestrator nologin;
'''
done = subprocess.run(["psql", "-X", "-q", "-d", "postgres"], env={**os.environ, "PGOPTIONS": "-c event_triggers=off -c search_path=pg_catalog"},
                      input=script, text=True, capture_output=True, timeout=5)
print(done.stderr)
""",
        rooms=("mother",),
        holds=AS_BEFORE,
    ),
    Attack(
        "the database's own settings say otherwise",
        """
script = "alter system set listen_addresses = '*'; alter system set log_min_messages = debug1; alter system set cluster_name = e'x\\\\\\\\! touch /var/lib/postgresql/rooms-meta';"
for statement in script.split("; "):
    done = subprocess.run(["psql", "-X", "-q", "-d", "template1", "-c", statement], text=True, capture_output=True, timeout=5)
    print(done.stderr)
""",
        rooms=("mother",),
    ),
    Attack(
        "its database is closed to others, and looks like a template",
        """
done = subprocess.run(["psql", "-X", "-h", "/run/postgresql", "-d", "nostromo", "-c", "alter database nostromo connection limit 0 is_template true"],
                      text=True, capture_output=True, timeout=5)
print(done.stdout, done.stderr)
""",
        rooms=("orchestrator",),
        holds=AS_BEFORE,
    ),
    Attack(
        "what the web server keeps leads elsewhere",
        """
for path in glob.glob("/var/lib/nginx/*"):
    if went(os.rename, path, path + ".rooms"): os.symlink("/etc/cron.d", path)
    if went(put, path + "/rooms"): print("wrote in", path)
""",
        rooms=("nginx",),
        holds='test "$(stat -c %a:%U /etc/cron.d)" = 755:root && ! ls -d /etc/cron.d/rooms 2>/dev/null',
    ),
)

#: What goes on while root's run is under way.
LIVE = (
    Attack(
        "holds every lock",
        """
import fcntl
held = []
while True:
    for path in (*glob.glob("/run/lock/*"), *glob.glob("/run/nostromo*/*"), *glob.glob("/var/lib/nostromo*/*")):
        if os.path.isfile(path) and path not in [file.name for file in held]:
            file = open(path)
            if went(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB): held.append(file)
    time.sleep(0.01)
""",
        rooms=("etl", "nginx"),
    ),
    Attack(
        "answers for its process manager without end",
        """
path = next(path for path in MINE["sockets"] if path.endswith("rpc.sock"))
os.rename(path, path + ".live")
with socket.socket(socket.AF_UNIX) as server:
    server.bind(path)
    server.listen()
    while True:
        client = server.accept()[0]
        if os.fork() == 0:
            while went(client.sendall, b"x" * 65536): pass
            os._exit(0)
        client.close()
""",
        rooms=("sevastopol",),
    ),
    Attack(
        "races for root's new files",
        """
names = ("/etc/postgresql/17/main/.pg_hba.conf.nostromo-new", "/etc/postgresql/17/main/conf.d/.nostromo.conf.nostromo-new")
while True:
    for name in names:
        if os.path.exists(name) and went(os.rename, name, name + ".rooms") and went(os.symlink, "/root/canary", name): reached("won", name)
""",
        rooms=("mother",),
        holds=CANARY,
    ),
    Attack(
        "fills shared memory and temporary files",
        """
for place in ("/dev/shm", "/tmp", "/run/lock"):
    if os.access(place, os.W_OK):
        with open(place + "/rooms-fill", "wb") as file:
            went(lambda: [file.write(b"x" * (1 << 20)) for _ in range(60)])
time.sleep(600)
""",
        rooms=("orchestrator",),
    ),
)
