# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Managed by Ansible: role nostromo.networking.monitoring. What it does: nostromo/monitoring/figures/main.py there."""

import sys

sys.path.insert(0, "/usr/local/lib/nostromo-figures")

from nostromo.monitoring.figures.main import main

sys.exit(main(sys.argv[1:]))
