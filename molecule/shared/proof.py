"""Prove the lab as it stands: Molecule's behaviour tests, told as a table.

Usage: python molecule/shared/proof.py [pytest arguments]
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Table:
    """Collects the outcome of every case; a test with parameters has several, and is one row."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
        self.reasons: list[str] = []
        self._names: dict[str, tuple[str, str]] = {}

    @staticmethod
    def _words(name: str) -> str:
        return name.removeprefix("test_").replace("_", " ").capitalize()

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        for item in items:
            what = (item.obj.__doc__ or self._words(item.originalname)).strip().splitlines()[0]
            self._names[item.nodeid] = (self._words(item.path.stem), what.removesuffix("."))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.reasons.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # A case has three reports: what went wrong before or after the call counts, what went right does not.
        if report.when != "call" and not report.failed:
            return
        subject, what = self._names[report.nodeid]
        self.rows[subject][what].append(report.passed)
        if report.failed:
            self.reasons.append(f"{report.nodeid}\n{report.longreprtext}")
        print(".", end="", flush=True)

    def show(self) -> None:
        for subject, tests in self.rows.items():
            print(f"\n\n{subject}", end="")
            for what, cases in tests.items():
                verdict = "proven" if all(cases) else "FAILED"
                print(f"\n  {verdict}  {sum(cases):3} of {len(cases):3}  {what}", end="")
        print("\n", *(f"\n{reason}\n" for reason in self.reasons), sep="")
        cases = [case for tests in self.rows.values() for outcomes in tests.values() for case in outcomes]
        print(f"{sum(cases)} of {len(cases)} proven")


def main() -> int:
    os.chdir(ROOT)
    table = Table()
    plain = ["-o", "addopts=", "-p", "no:terminal", "-p", "no:cacheprovider"]
    status = pytest.main([*plain, "molecule/default/tests", *sys.argv[1:]], plugins=[table])
    table.show()
    return status


if __name__ == "__main__":
    sys.exit(main())
