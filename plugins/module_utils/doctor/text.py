# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The diagnosis for people, as it stands on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .model import Diagnosis, Traced
from .words import number

_INDENT = 10
_LABELS = {"error": "FAULT", "warning": "WARNING"}


def diagnosis_text(diagnosis: Diagnosis) -> str:
    """The verdict; each finding with its evidence and what mends it; what passed; what was not seen."""
    blocks = [[f"{diagnosis.host}: {verdict(diagnosis)}"]]
    blocks += [list(_finding(diagnosis.host, traced)) for traced in diagnosis.findings]
    rest = _entry("Fine", [f"{name}: {words}" for name, words in diagnosis.passed.items()])
    rest += _entry("Not seen", _skipped(diagnosis.skipped))
    return "\n\n".join("\n".join(block) for block in [*blocks, rest] if block)


def verdict(diagnosis: Diagnosis) -> str:
    """How many findings there are."""
    errors, warnings = diagnosis.of("error"), diagnosis.of("warning")
    told = [number(errors, "fault")] if errors else []
    told += [number(warnings, "warning")] if warnings else []
    skipped = f", but {number(len(diagnosis.skipped), 'check')} could not be made" if diagnosis.skipped else ""
    return (", ".join(told) if told else "nothing wrong was found") + skipped


def plain(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis for programs."""
    return {
        "summary": {
            "errors": diagnosis.of("error"),
            "warnings": diagnosis.of("warning"),
            "passed": len(diagnosis.passed),
            "skipped": len(diagnosis.skipped),
        },
        "findings": [_plain_finding(traced) for traced in diagnosis.findings],
        "passed": dict(diagnosis.passed),
        "skipped": dict(diagnosis.skipped),
    }


def _plain_finding(traced: Traced) -> Mapping[str, Any]:
    finding = traced.finding
    return {
        "severity": finding.severity,
        "kind": finding.kind,
        "subject": finding.subject,
        "text": finding.text,
        "evidence": list(finding.evidence),
        "remedy": [{"place": remedy.place, "text": remedy.text} for remedy in traced.remedy],
        "symptom": finding.symptom,
        "cause": traced.cause.text if traced.cause else "",
    }


def _finding(host: str, traced: Traced) -> Iterator[str]:
    finding = traced.finding
    symptom = f" [{finding.symptom}]" if finding.symptom else ""
    yield from _entry(_LABELS[finding.severity], [f"{finding.text}{symptom}"])
    if traced.cause:
        after = "" if traced.remedy else " (Mended with it.)"
        yield from _entry("Because", [f"{traced.cause.text}{after}"])
    yield from _entry("Seen", finding.evidence)
    places = {"host": f"On {host}", "here": "Here", "dns": "In DNS"}
    for place, label in places.items():
        yield from _entry(label, [remedy.text for remedy in traced.remedy if remedy.place == place])


def _skipped(skipped: Mapping[str, str]) -> list[str]:
    """Checks by the reason why they could not be made."""
    reasons: dict[str, list[str]] = {}
    for name, reason in skipped.items():
        reasons.setdefault(reason, []).append(name)
    return [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]


def _entry(label: str, texts: Sequence[str]) -> list[str]:
    """Lines of a label; a text of several cannot pose as another entry."""
    inner = "\n" + " " * _INDENT
    return [
        f"{'' if line else label:<{_INDENT - 1}} {inner.join(text.splitlines())}".rstrip()
        for line, text in enumerate(texts)
    ]
