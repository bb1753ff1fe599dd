"""A report of `tieout verify` for people and for programs."""

import json

from tieout_ops.verify import SHOWN, Finding, Report


def as_table(report: Report) -> str:
    """Give a line for each check, and below it what violates it."""
    seen = ", ".join(f"{count:,} {name}" for name, count in report.seen.items())
    lines = [line for finding in report.findings for line in _lines(finding)]
    violated = sum(1 for one in report.findings if not one.holds)
    verdict = "everything holds" if report.holds else f"{violated} of the checks are violated"
    return "\n".join([*lines, f"{verdict}: {seen}"])


def _lines(finding: Finding) -> list[str]:
    check = finding.check
    verdict = "holds" if finding.holds else "VIOLATED"
    lines = [f"{check.invariant:<4} {check.name:<20} {verdict:<9} {check.promise}"]
    lines += [f"     {one.place}: {one.wrong}" for one in finding.violations]
    if len(finding.violations) == SHOWN:
        lines.append(f"     (the first {SHOWN}; there may be more)")
    return lines


def as_json(report: Report) -> str:
    """Give one JSON object: holds, seen, and the checks with their violations."""
    checks = [
        {
            "invariant": one.check.invariant,
            "name": one.check.name,
            "promise": one.check.promise,
            "holds": one.holds,
            "violations": [{"place": bad.place, "wrong": bad.wrong} for bad in one.violations],
        }
        for one in report.findings
    ]
    return json.dumps({"holds": report.holds, "seen": dict(report.seen), "checks": checks})
