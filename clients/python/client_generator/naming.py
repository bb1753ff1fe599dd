"""Where an operation is found in the client: a rule, and what the rule would name badly."""

import re

from client_generator.document import Operation

# The dialect most callers come for is at the top, and so is what no other system has.
_AT_THE_TOP = frozenset({"end_close", "tieout"})
# How operation ids tell a dialect's nouns from those of the others.
_DISTINGUISHING = {"corebanq": "ledger_", "reconlayer": "reconciliation_"}
_LAST_PREPOSITION = re.compile(r"_(on|of|from|for)$")

# Each is one the rule would put elsewhere; a test sees that it still does.
OWN_NAMES = {
    "create_records": "records.create_bulk",
    "import_file": "imports.upload",
    "list_records_of_import_batch": "imports.list_records",
    "list_balance_entries": "balance_proof.list_entries",
    "assign_exceptions": "lerian.bulk.assign",
    "resolve_exceptions": "lerian.bulk.resolve",
    "list_exception_comments": "lerian.comments.list",
    "comment_on_exception": "lerian.comments.create",
    "approve_resolution": "lerian.resolutions.approve",
    "refuse_resolution": "lerian.resolutions.refuse",
    "dispatch_exception": "lerian.external_issues.dispatch",
    "receive_callback": "lerian.external_issues.call_back",
    "get_approval_limits": "lerian.approval_limits.get",
    "set_approval_limits": "lerian.approval_limits.set",
    "list_audit_entries": "audit_entries.list",
    "verify_audit_entries": "audit_entries.verify",
    "create_payment_intent": "reconlayer.payment_intents.create",
    "list_payment_intents": "reconlayer.payment_intents.list",
    "get_payment_intent": "reconlayer.payment_intents.get",
    "add_provider_evidence": "reconlayer.evidence.add_provider",
    "add_chain_evidence": "reconlayer.evidence.add_chain",
    "add_bank_evidence": "reconlayer.evidence.add_bank",
    "add_file_evidence": "reconlayer.evidence.add_file",
    "export_reconciliation_cases": "reconlayer.cases.export",
    "reconcile_ledger": "corebanq.ledgers.reconcile",
    "upload_source_file": "corebanq.sources.upload",
    "list_source_files": "corebanq.sources.list",
    "delete_source_file": "corebanq.sources.delete",
    "link_entries": "corebanq.runs.manual_match",
    "list_ledger_matches": "corebanq.matches.list",
    "accept_ledger_match": "corebanq.matches.accept",
    "reject_ledger_match": "corebanq.matches.reject",
    "change_match_note": "corebanq.matches.change_note",
    "list_items": "corebanq.items.list",
    "close_item": "corebanq.items.close",
    "reopen_item": "corebanq.items.reopen",
    "list_unlinked_entries": "corebanq.entries.list_gl_only",
    "list_ledger_entries": "corebanq.entries.list_gl_all",
    "list_discrepancies": "corebanq.discrepancies.list",
}


def place_of(operation: Operation) -> str:
    """Name an operation from the client on: `records.get`, `lerian.exceptions.force_match`."""
    return OWN_NAMES.get(operation.id) or place_by_rule(operation)


def place_by_rule(operation: Operation) -> str:
    """Take the resource from the tag, and from the operation's id what the resource says anyway."""
    dialect, _, subject = operation.tag.lower().replace(" ", "_").partition(":_")
    resource = subject if dialect in _AT_THE_TOP else f"{dialect}.{subject}"
    verb, _, rest = operation.id.partition("_")
    for noun in _nouns(dialect, subject):
        if (left := re.sub(rf"(^|_){noun}(?=_|$)", "", rest, count=1)) != rest:
            rest = left.strip("_")
            break
    return f"{resource}.{_LAST_PREPOSITION.sub('', f'{verb}_{rest}'.strip('_'))}"


def _nouns(dialect: str, subject: str) -> list[str]:
    """Give the resource's names, longest first: all its words, its last words, one of many."""
    words = subject.split("_")
    shorter = ["_".join(words[index:]) for index in range(len(words))]
    full = [_DISTINGUISHING.get(dialect, "") + shorter[0], *shorter]
    return [form for noun in full for form in (noun, _singular(noun))]


def _singular(noun: str) -> str:
    for many, one in (("ches", "ch"), ("ies", "y"), ("s", "")):
        if noun.endswith(many):
            return noun.removesuffix(many) + one
    return noun
