"""What a person is told of a learned rule: how sure it is, of how much, in words. Pure."""

from typing import Any, Literal

from tieout_matcher.domain.learning.evidence import Trial
from tieout_matcher.domain.learning.learn import Learned
from tieout_matcher.domain.learning.words import in_words
from tieout_matcher.domain.rule_draft import RuleDraft, read_draft

HIGH_CONFIRMED, MEDIUM_CONFIRMED, MEDIUM_MADE = 50, 15, 50
Confidence = Literal["high", "medium", "low"]


def confidence(found: Trial) -> Confidence:
    """Only what people did makes it high; much that is new, and nothing by chance, medium."""
    faultless = not (found.wrong or found.misled)
    if faultless and found.confirmed >= HIGH_CONFIRMED:
        return "high"
    made = found.confirmed + found.new
    sure = found.by_chance == 0 and made >= MEDIUM_MADE
    return "medium" if faultless and (found.confirmed >= MEDIUM_CONFIRMED or sure) else "low"


def match_rate(found: Trial, records: int) -> str:
    """Say how many of the sample's records it matches: `42/50`."""
    return f"{len(found.records)}/{records}"


def drafted(learned: Learned, *, reconciliation_id: int, priority: int) -> RuleDraft:
    """Make the rule to file: proposed, so that it matches nothing until a person says so."""
    body: dict[str, Any] = {
        "reconciliation_id": reconciliation_id,
        "priority": priority,
        "status": "proposed",
        "description": described(learned),
    }
    return read_draft(body | learned.draft.body())


def described(learned: Learned) -> str:
    """Say what it asks for and what the sample says of it."""
    draft, found = learned.draft, learned.found
    gathered = (
        f"; side {draft.many_side.upper()} gathered by {', '.join(draft.group_by)}"
        if draft.rollup is not None
        else ""
    )
    decided = found.right + found.wrong + found.misled
    chance = (
        f" With the money of side B dealt to other records it makes {float(found.by_chance):g} on"
        " average."
        if found.by_chance is not None
        else ""
    )
    return (
        f"Learned: {in_words(draft.leaves)}{gathered}. In the sample it makes {found.confirmed}"
        f" matches that people made too and {found.new} new ones; false pairs:"
        f" {found.wrong + found.misled} of {decided} that people decided.{chance}"
    )
