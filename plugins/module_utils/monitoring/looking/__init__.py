# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looking at what is measured: the panels, declared once, as a page in Prometheus itself and as a dashboard of Grafana."""
