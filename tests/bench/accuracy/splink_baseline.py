"""splink on bank payments: rules in order, its own example of this very data, and ours of it.

Of the pairs `l` is what was sent and `r` what arrived: splink orders sides by their names.
"""

from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from bank_transactions import Payments, Transaction
from one_to_one import Scored
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SEED = 1
ALL_PAIRS = 50_000_000
LEAST_WEIGHT = -25
EXAMPLE_SHARES = (0.01, 0.03, 0.1, 0.3)
FINER_SHARES = (0.01, 0.02, 0.03, 0.05, 0.08, 0.13, 0.3)

_SAME_START = "substr(l.memo, 1, {start}) = substr(r.memo, 1, {start})"
_WITHIN = "abs(l.amount - r.amount) <= {share} * r.amount"
_LATER = "r.transaction_date - l.transaction_date between 1 and {days}"
_CONTINUES = "(starts_with(l.memo, trim(r.memo)) or starts_with(r.memo, trim(l.memo)))"
# From strict to loose: what the memos share, the difference of amounts, the longest delay.
_RULES = (
    ("l.memo = r.memo", 0, 6),
    (_SAME_START.format(start=12), 0.1, 21),
    (_SAME_START.format(start=8), 0.1, 6),
    (_CONTINUES, 0.1, 6),
    (_SAME_START.format(start=8), 0.13, 21),
    (_CONTINUES, 0.13, 21),
    (_SAME_START.format(start=6), 0.05, 6),
    (_SAME_START.format(start=3), 0.05, 2),
    (_SAME_START.format(start=3), 0.1, 6),
    (_SAME_START.format(start=3), 0.13, 21),
)
# The blocking of splink's example, without its last rule, which blocks on the truth.
_ALIKE = (
    " and substr(l.memo, 1, 3) = substr(r.memo, 1, 3) and l.amount / r.amount between 0.7 and 1.3"
)
_SAME_WEEK = " and yearweek(r.transaction_date) = yearweek(l.transaction_date"
_EXAMPLE_BLOCKING = (
    "strftime(l.transaction_date, '%Y%m') = strftime(r.transaction_date, '%Y%m')" + _ALIKE,
    "strftime(l.transaction_date + 15, '%Y%m') = strftime(r.transaction_date, '%Y%m')" + _ALIKE,
    block_on("substr(memo, 1, 9)"),
    "round(l.amount / 2, 0) * 2 = round(r.amount / 2, 0) * 2" + _SAME_WEEK + ")",
    "round(l.amount / 2, 0) * 2 = round((r.amount + 1) / 2, 0) * 2" + _SAME_WEEK + " + 4)",
)


def by_rules(payments: Payments) -> Scored:
    """Link deterministically; a pair scores by the first rule that finds it."""
    blocking = [
        " and ".join((memo, _WITHIN.format(share=share), _LATER.format(days=days)))
        for memo, share, days in _RULES
    ]
    linker = _linker(payments, blocking=blocking, compared=())
    found = linker.inference.deterministic_link().as_pandas_dataframe()
    scores = len(_RULES) - found["match_key"].astype(int)
    return _scored("splink, rules", found, scores, default=1.0)


def as_in_its_example(payments: Payments) -> Scored:
    """Train what the authors of splink published for this data set."""
    compared = (
        _amount(EXAMPLE_SHARES),
        comparisons.LevenshteinAtThresholds("memo", [2, 6, 10]),
        _delay((1, 4, 10, 30)),
    )
    return _trained("splink, trained as in its example", payments, _EXAMPLE_BLOCKING, compared)


def tuned(payments: Payments) -> Scored:
    """Train with what one sees in the data: memos are cut, so that one continues the other."""
    compared = (_amount(FINER_SHARES), _memo_start(), _delay((2, 6, 10, 21, 30)))
    blocking = (block_on("substr(memo, 1, 3)"),)
    return _trained("splink, trained, memo by its start", payments, blocking, compared)


def _trained(
    name: str, payments: Payments, blocking: Sequence[Any], compared: Sequence[Any]
) -> Scored:
    """Learn u from all pairs and m by EM, as the example does. Default: likelier than not."""
    linker = _linker(payments, blocking=blocking, compared=compared)
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=ALL_PAIRS, seed=SEED)
    training.estimate_parameters_using_expectation_maximisation(block_on("memo"))
    training.estimate_parameters_using_expectation_maximisation(block_on("amount"))
    found = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT).as_pandas_dataframe()
    return _scored(name, found, found["match_weight"], default=0.0)


def _linker(payments: Payments, *, blocking: Sequence[Any], compared: Sequence[Any]) -> Linker:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")  # sums of floats come in one order then
    database = DuckDBAPI(connection)
    sides = [
        database.register(_frame(payments.sent), dataset_display_name="a_sent"),
        database.register(_frame(payments.arrived), dataset_display_name="b_arrived"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1 / len(payments.sent),
        blocking_rules_to_generate_predictions=list(blocking),
        comparisons=list(compared),
    )
    return Linker(sides, settings)


def _amount(shares: Sequence[float]) -> dict[str, Any]:
    nearer = [levels.PercentageDifferenceLevel("amount", share) for share in shares]
    return _comparison("amount", [levels.ExactMatchLevel("amount"), *nearer])


def _delay(days: Sequence[int]) -> dict[str, Any]:
    passed = "transaction_date_r - transaction_date_l"
    return _comparison(
        "transaction_date",
        [
            {"sql_condition": f"{passed} between 0 and {most}", "label_for_charts": f"<= {most}"}
            for most in days
        ],
    )


def _memo_start() -> dict[str, Any]:
    continues = _CONTINUES.replace("l.memo", "memo_l").replace("r.memo", "memo_r")
    starts = [
        {
            "sql_condition": f"substr(memo_l, 1, {start}) = substr(memo_r, 1, {start})",
            "label_for_charts": f"first {start}",
        }
        for start in (12, 9, 6, 4, 3)
    ]
    continued = {"sql_condition": continues, "label_for_charts": "one continues the other"}
    return _comparison("memo", [levels.ExactMatchLevel("memo"), continued, *starts])


def _comparison(column: str, nearest_first: Sequence[Any]) -> dict[str, Any]:
    steps = [levels.NullLevel(column), *nearest_first, levels.ElseLevel()]
    return {"output_column_name": column, "comparison_levels": steps}


def _frame(transactions: tuple[Transaction, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unique_id": [one.id for one in transactions],
            "memo": [one.memo for one in transactions],
            "transaction_date": [one.date for one in transactions],
            "amount": [one.cents / 100 for one in transactions],
        }
    )


def _scored(name: str, found: pd.DataFrame, scores: pd.Series, *, default: float) -> Scored:
    pairs = pd.DataFrame(
        {
            "a_id": found["unique_id_l"],
            "b_id": found["unique_id_r"],
            "score": scores.astype(float).round(9),
        }
    )
    return Scored(name=name, pairs=pairs, default=default)
