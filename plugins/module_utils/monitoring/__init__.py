# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring from the document: what is measured where, what is alerted to whom, and the files that say so to the programs."""
