#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: examine_host
short_description: See of a host whatever its data speak of
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Looks at a managed host with M(nostromo.networking.observe_host), in one execution, and from the controller at the same
    time - tries every connection of which the matrix speaks, as the users that make them, and asks the site for its names,
    routes and limits; where the firewall lets in Cloudflare alone, the host asks its own site. From any other host it tries
    what outsiders may reach and what they may not.
  - Once for all hosts that serve sites, where Cloudflare stands in front of them, it asks resolvers where the names lead, and the
    names themselves over HTTPS; and with C(network_cloudflare.token) it compares the zone at Cloudflare with C(network_dns),
    which takes four requests that change nothing, and asks for Cloudflare's ranges, where a zone is made of them.
  - It reports, and M(nostromo.networking.prove) judges. Nothing is changed. That a host cannot be reached is reported as well.
  - Connections carry no data, but for a question to servers of DNS and NTP. Of each limit it sends as many requests as the
    burst admits and six more, then one at a time for about a second. Requests over the limit are refused by the web server.
    A limit with a burst of more than 243 is left out.
extends_documentation_fragment: nostromo.networking.read_only
options:
  ca_file:
    description: File with certificates (PEM) that are trusted besides the system's own.
    type: path
"""

EXAMPLES = r"""
- name: See what there is
  nostromo.networking.examine_host:
  register: examined
"""

RETURN = r"""
observations:
  description:
    - What was seen, by name, as M(nostromo.networking.observe_host) returns it. C(flows) are the connections that were tried
      from the host, C(outside) those from the controller - each C(probe) with its C(outcomes), which are C(open) (for UDP,
      answered), C(refused), C(filtered) (no answer), C(rejected) (prohibited by this host's firewall or a router),
      C(unroutable) or C(error). C(site) has the C(answers) of the site by name, and what each of the C(limits) let pass;
      C(edge) what resolvers say of the C(names), and what they answer C(through) Cloudflare; C(zone) how that at Cloudflare
      differs from the data, and C(ranges) those that it tells.
  type: dict
  returned: success
unobserved:
  description: What could not be seen, by name, and why.
  type: dict
  returned: success
unreached:
  description: Why nothing could be seen on the host; empty if it could.
  type: str
  returned: success
"""
