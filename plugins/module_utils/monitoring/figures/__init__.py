# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The figures of a host that the node exporter has no collector of, each a file for its textfile collector and a run of its own.

Runs on hosts, with the standard library alone.
"""
