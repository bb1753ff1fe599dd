"""From scored pairs to one counterpart each, the same way for every method.

Pairs that score below a threshold are left out; of the rest, those are taken that no record has
twice and whose scores above the threshold sum to the most (scipy's assignment solver).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

WANTED_PRECISION = 0.99
TRIED = 60
# A pair that scores just the threshold still counts for more than none.
_BARELY = 1e-6


@dataclass(frozen=True, kw_only=True)
class Scored:
    """`pairs` has the columns a_id, b_id, score: each pair once, no score missing.

    `default` is the least score that the package accepts when nobody chooses.
    """

    name: str
    pairs: pd.DataFrame
    default: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    precision: float
    recall: float
    threshold: float


def at(scored: Scored, truth: dict[str, str], threshold: float) -> Outcome:
    """Link one to one at a threshold and count what is right."""
    linked = _assigned(scored.pairs, threshold)
    right = int((linked["a_id"].map(truth) == linked["b_id"]).sum())
    return Outcome(
        precision=right / len(linked) if len(linked) else 0.0,
        recall=right / len(truth),
        threshold=threshold,
    )


def at_best(scored: Scored, truth: dict[str, str]) -> Outcome:
    """Choose the threshold with the highest recall among those of sufficient precision.

    The truth chooses, as nobody who has work to do could: what comes out is the most that the
    scores allow. Recall only changes at scores of true pairs: some of these are tried, more of
    them where few true pairs are given up, and then those around the best of the first.
    Without any of sufficient precision: recall 0.
    """
    pairs = scored.pairs
    scores = np.unique(pairs["score"][pairs["a_id"].map(truth) == pairs["b_id"]])
    shares = np.linspace(0, 1, TRIED) ** 3
    tried = np.unique((shares * (len(scores) - 1)).astype(int))
    outcomes = {one: at(scored, truth, float(scores[one])) for one in tried}
    best = max(tried, key=lambda one: _merit(outcomes[one]))
    near = np.flatnonzero(tried == best)[0] + np.array([-1, 1])
    low, high = tried[near.clip(0, len(tried) - 1)]
    for one in np.unique(np.linspace(low, high, TRIED).astype(int)):
        outcomes[one] = at(scored, truth, float(scores[one]))
    found = max(outcomes.values(), key=_merit)
    return found if _merit(found)[0] else Outcome(precision=0.0, recall=0.0, threshold=np.inf)


def _merit(outcome: Outcome) -> tuple[bool, float, float]:
    return outcome.precision >= WANTED_PRECISION, outcome.recall, outcome.precision


def _assigned(pairs: pd.DataFrame, threshold: float) -> pd.DataFrame:
    kept = pairs[pairs["score"] >= threshold].sort_values(["a_id", "b_id"], ignore_index=True)
    a_codes, _ = pd.factorize(kept["a_id"])
    b_codes, _ = pd.factorize(kept["b_id"])
    gains = kept["score"].to_numpy() - threshold + _BARELY
    chosen = [
        index
        for component in _components(a_codes, b_codes)
        for index in _best(component, a_codes[component], b_codes[component], gains[component])
    ]
    return kept.iloc[chosen]


def _components(a_codes: np.ndarray, b_codes: np.ndarray) -> list[np.ndarray]:
    """Group the indexes of pairs that hang together by shared records."""
    if not len(a_codes):
        return []
    a_count = a_codes.max() + 1
    nodes = a_count + b_codes.max() + 1
    ones = np.ones(len(a_codes))
    graph = coo_array((ones, (a_codes, b_codes + a_count)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    labels = labels[a_codes]
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _best(
    component: np.ndarray, a_codes: np.ndarray, b_codes: np.ndarray, gains: np.ndarray
) -> list[int]:
    a_known, rows = np.unique(a_codes, return_inverse=True)
    b_known, columns = np.unique(b_codes, return_inverse=True)
    gain = np.zeros((len(a_known), len(b_known)))
    gain[rows, columns] = gains
    place = np.full(gain.shape, -1)
    place[rows, columns] = component
    solution = linear_sum_assignment(gain, maximize=True)
    return [int(index) for index in place[solution] if index >= 0]
