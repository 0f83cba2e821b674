# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that is held against the data: one file a subject, each with what it needs to be seen and how it is judged.

A file with a ``CHECK`` is found by its name, which is its subject; see :mod:`.registry`.
"""
