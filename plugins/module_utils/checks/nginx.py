# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the web server run with the configuration that is on disk, and is it that of the data: no more, and no less?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network

from ..document.sites import Site
from ..faults import Faults
from ..matrix.compile import host_view
from ..matrix.model import Host
from ..nginx.client_certificate import VERIFY, asks, refuses
from ..nginx.language import Directive
from ..nginx.meaning import Location, in_force, inside, locations, named, told
from ..observe.nginx import Nginx
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .web_limits import judge_limits, undeclared_zones
from .web_server import HASHED_PATHS, WebServer, read_directives
from .web_shape import expected_servers, names_of, route_key, undeclared, undeclared_in

#: What the applications are told of the client, and of which the client's own claim does not get through.
_CLAIMS = {"forwarded": "", "x-real-ip": "$remote_addr", "x-forwarded-for": "$remote_addr"}
_SERVER_OPTIONS = ("max_fails=", "fail_timeout=")
_USUAL = "as long as all others"
_RELOAD = ("sudo nginx -t && sudo systemctl reload nginx",)
_DEMANDED = "the web server demands the certificate of the proxy in front of it"
_UNASKED = "the web server asks nobody for a certificate"
_UNSAID = "the data do not say what is promised of the web server"


def needs(intent: Intent, host: Host) -> Needs:
    """The configuration where the web server is, and whether it is the one that runs."""
    return {"nginx": {}, "nginx_config": {}} if intent.matrix.proxy in host.components and intent.sites else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding of what runs, and one for each thing that the data say of it."""
    yield _loaded(scene.seen["nginx"])
    if "nginx_config" not in scene.seen:
        why = scene.look.unseen.get("nginx_config", "it was not looked at")
        yield skipped("the configuration of the web server is that of the data", why)
        return
    main: list[Directive] = scene.seen["nginx_config"]
    http, intent = inside(main, "http"), scene.intent
    servers = {names_of(one): one for one in reversed(named(http, "server"))}
    yield _shape(intent, main, http)
    yield from judge_limits(intent, http, servers)
    for site in intent.sites:
        server = servers.get(((site.hostname,), True))
        if server is not None:
            yield from _site(intent, site, server, http)
    yield from _upstreams(intent, scene.host, http)
    yield from _promises(intent.web_server, http)
    yield from _certified(intent.web_server, http, {names[0]: one for (names, tls), one in servers.items() if tls})


def _loaded(nginx: Nginx) -> Finding:
    """Nginx does not tell what it has loaded, so that what is on disk must not have changed since."""
    wrong = [f"not loaded: {one['path']} was changed after the workers took up theirs" for one in nginx["changed"]]
    wrong += [f"it could not be loaded: {fault}" for fault in nginx["faults"]]
    if not nginx["workers_started"]:
        wrong.append("no worker runs")
    if nginx["arguments"]:
        wrong.append(f"it was started with other files: {nginx['arguments']}")
    return held("the web server runs with the configuration on disk", "; ".join(wrong), remedy=_RELOAD)


def _shape(intent: Intent, main: Sequence[Directive], http: Sequence[Directive]) -> Finding:
    """Of servers and what stands beside them."""
    own = intent.web_server.directives if intent.web_server else ()
    expected = expected_servers(intent.sites)
    found = [names_of(one) for one in named(http, "server")]
    strangers = [
        one for at, one in enumerate(named(http, "server")) if found[at] not in expected or found[at] in found[:at]
    ]
    wrong = [f"server {' '.join(names_of(one)[0])} ({one['where']})" for one in strangers]
    wrong += undeclared(main, http, own)
    wrong += undeclared_zones(intent.limits, http, own)
    for server in named(http, "server"):
        if server not in strangers and names_of(server) not in [((site.hostname,), True) for site in intent.sites]:
            wrong += undeclared_in(server, None, (), ())
    missing = [
        f"{' '.join(names)} over {'HTTPS' if tls else 'HTTP'}" for names, tls in expected if (names, tls) not in found
    ]
    reasons = [f"not declared: {', '.join(wrong)}"] if wrong else []
    reasons += [f"no server for {', '.join(missing)}"] if missing else []
    return held("the web server serves the data's sites, and nothing else", "; ".join(reasons))


def _site(intent: Intent, site: Site, server: Directive, http: Sequence[Directive]) -> Iterator[Finding]:
    """Of the server of a site: its locations, where they lead, and the headers of their answers."""
    hashed = intent.web_server.hashed_paths if intent.web_server else HASHED_PATHS
    own = read_directives(site.directives, "network_sites", Faults())
    block = server["block"] or []
    found = {one.key: one for one in locations(block)}
    wrong = [f"not declared: {one}" for one in undeclared_in(server, site, hashed, own)]
    for path, route in site.routes.items():
        location = found.get(route_key(path))
        if location is None:
            wrong.append(f"no location {route_key(path)}")
        elif location.target != route.component:
            wrong.append(f"location {location.key} leads to {location.target or 'nothing'}, not to {route.component}")
    wrong += _timed(site, hashed, found)
    if site.root:
        directories = [one["args"] for one in (named(found["/"].inner, "root") if "/" in found else ())]
        if directories != [[site.root]]:
            wrong.append(f"its files are not those of {site.root}")
    yield held(f"https://{site.hostname} has the data's routes, and no others", "; ".join(wrong))
    if intent.web_server:
        lacking = [
            f"location {one.key}: {fault}"
            for one in found.values()
            for fault in _headers(intent.web_server.headers_of(site), [http, block, one.inner])
        ]
        yield held(f"every answer of https://{site.hostname} has the promised headers", "; ".join(lacking))


def _timed(site: Site, hashed: Sequence[str], found: Mapping[str, Location]) -> Iterator[str]:
    """What is wrong with how long each route's component may be silent; what is hashed is that of ``/``."""
    routes = {route_key(path): route for path, route in site.routes.items()}
    if "/" in site.routes:
        routes = {**dict.fromkeys((f"^~ {path}" for path in hashed), site.routes["/"]), **routes}
    for key, route in routes.items():
        written = [" ".join(one["args"]) for one in named(found[key].inner, "proxy_read_timeout")] if key in found else []
        wanted = [] if route.read_timeout_seconds is None else [f"{route.read_timeout_seconds}s"]
        if key in found and written != wanted:
            yield f"location {key} waits {' '.join(written) or _USUAL}, not {' '.join(wanted) or _USUAL}"


def _headers(promised: Mapping[str, str], levels: Sequence[Sequence[Directive]]) -> Iterator[str]:
    """What is wrong with the headers of a location's answers."""
    added = in_force(levels, "add_header")
    hidden = {one["args"][0].lower() for one in in_force(levels, "proxy_hide_header")}
    for name, value in promised.items():
        sent = [one["args"][1:] for one in added if one["args"][0].lower() == name.lower()]
        if sent != [[value, "always"]]:
            yield f"{name} is {' and '.join(map(' '.join, sent)) or 'not sent'}, not {value} always"
        if name.lower() not in hidden:
            yield f"the application's own {name} gets through"


def _upstreams(intent: Intent, host: Host, http: Sequence[Directive]) -> Iterator[Finding]:
    """Each component that a route leads to, by the addresses of the data."""
    given = intent.web_server.upstreams if intent.web_server else {}
    view = host_view(intent.matrix, host.name)["upstreams"]
    wanted: dict[str, frozenset[str]] = {key: frozenset(servers) for key, servers in view.items()}
    wanted.update(given)
    routed = sorted({route.component for site in intent.sites for route in site.routes.values()})
    found = {" ".join(one["args"]): named(one["block"] or [], "server") for one in named(http, "upstream")}
    for component in routed:
        servers = found.get(component, [])
        addresses = {one["args"][0] for one in servers}
        sound = bool(addresses) and addresses == wanted.get(component, frozenset())
        wrong = [] if sound else [f"it leads to {', '.join(sorted(addresses)) or 'nothing'}"]
        wrong += [told(one) for one in servers if not all(word.startswith(_SERVER_OPTIONS) for word in one["args"][1:])]
        where = ", ".join(sorted(wanted.get(component, ())))
        yield held(f"requests for {component} are passed on to {where}", "; ".join(wrong), destination=component)
    strangers = [name for name in found if name not in routed]
    if strangers:
        reason = f"not declared: {', '.join(strangers)}"
        yield held("requests are passed on to nobody but the routes' components", reason)


def _promises(web: WebServer | None, http: Sequence[Directive]) -> Iterator[Finding]:
    """Whose word is taken for the client's address, and which TLS is spoken."""
    believed = "a client's address is believed of the declared proxies only"
    spoken = "TLS is spoken in the promised versions only"
    if web is None:
        yield from (skipped(title, _UNSAID) for title in (believed, spoken, "every answer has the promised headers"))
        return
    yield held(believed, "; ".join(_believed(web, http)))
    protocols = [word for one in in_force([http], "ssl_protocols") for word in one["args"]]
    wrong = "" if {*protocols} == web.tls_protocols else f"ssl_protocols is {' '.join(protocols) or 'not set'}"
    yield held(spoken, wrong, f"ssl_protocols {' '.join(protocols)}")


def _certified(web: WebServer | None, http: Sequence[Directive], servers: Mapping[str, Directive]) -> Iterator[Finding]:
    """Whether a proxy in front is asked for a certificate, and refused without it."""
    mode, asked = web.client_certificate if web else "disabled", asks(http)
    blocks = {name: one["block"] or [] for name, one in servers.items() if name != "_"}
    wanted = VERIFY.get(mode, "off")
    wrong = [] if asked == wanted else [f"ssl_verify_client is {asked}, not {wanted}"]
    wrong += [f"that of {name} is {asks(block)}" for name, block in blocks.items() if named(block, "ssl_verify_client")]
    differing = [name for name, block in blocks.items() if refuses(block) != (mode == "required")]
    if mode != "required":
        wrong += [f"{name} refuses who shows none" for name in differing]
        if mode == "log" or wrong:
            title = "the web server asks for a certificate, and serves who shows none" if mode == "log" else _UNASKED
            yield held(title, "; ".join(wrong))
        if mode == "log":
            yield skipped(_DEMANDED, "mode is log: see /var/log/nginx/uncertified.log, then set it to required")
        return
    yield held(_DEMANDED, "; ".join([*wrong, *(f"{name} serves who shows none" for name in differing)]))


def _believed(web: WebServer, http: Sequence[Directive]) -> Iterator[str]:
    sources = [word for one in named(http, "set_real_ip_from") for word in one["args"]]
    beyond = [source for source in sources if not _is_among(source, web)]
    if beyond:
        yield f"it is believed of {', '.join(beyond)}"
    missing = web.trusted - {ip_network(source, strict=False) for source in sources if source not in beyond}
    if missing:
        yield f"it is not believed of {', '.join(sorted(map(str, missing)))}"
    headers = [word for one in named(http, "real_ip_header") for word in one["args"]]
    wanted = [web.client_address_header] if web.trusted else []
    if [one.lower() for one in headers] != [one.lower() for one in wanted]:
        yield f"real_ip_header is {' '.join(headers) or 'not set'}, not {' '.join(wanted) or 'left out'}"
    told_on = {one["args"][0].lower(): one["args"][1:] for one in named(http, "proxy_set_header")}
    for name, value in _CLAIMS.items():
        if told_on.get(name) != [value]:
            yield f"applications are told {name} {' '.join(told_on.get(name, ['by the client']))}, not {value or 'nothing'}"


def _is_among(source: str, web: WebServer) -> bool:
    try:
        return ip_network(source, strict=False) in web.trusted
    except ValueError:
        return False  # a name, or unix:


CHECK = Check("Configuration of the web server", needs, judge, part="nginx", optional=frozenset({"nginx_config"}))
