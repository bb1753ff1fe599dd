"""recordlinkage on bank payments: similarities summed by hand, and its unsupervised classifier."""

import numpy as np
import pandas as pd
import recordlinkage
from bank_transactions import Payments, Transaction
from one_to_one import Scored

MEMO_START = 3


def by_rules(payments: Payments) -> Scored:
    """Sum three similarities, as the package's own examples do. Default: half of what is possible.

    The memo by its longest common parts, the amount by its relative difference (half the
    similarity at 4 %), the date by the days since it was sent (half of it after 6).
    """
    sent, arrived = _frame(payments.sent), _frame(payments.arrived)
    compare = recordlinkage.Compare()
    compare.string("memo", "memo", method="lcs", label="memo")
    compare.numeric("log_amount", "log_amount", method="gauss", scale=0.04, label="amount")
    compare.numeric("day", "day", method="exp", origin=1, offset=1, scale=5, label="date")
    features = compare.compute(_candidates(sent, arrived), sent, arrived)
    return _scored("recordlinkage, rules", features.sum(axis=1), default=1.5)


def trained(payments: Payments) -> Scored:
    """Fellegi-Sunter weights that ECM learns from the pairs themselves.

    The classifier takes yes-or-no features, two for each field: near, and nearer. Default: its
    own decision, that a match is likelier than none.
    """
    sent, arrived = _frame(payments.sent), _frame(payments.arrived)
    compare = recordlinkage.Compare()
    compare.string("memo", "memo", method="lcs", threshold=0.6, label="memo_alike")
    compare.exact("memo", "memo", label="memo_same")
    compare.numeric("log_amount", "log_amount", method="step", offset=0.05, label="amount_near")
    compare.exact("cents", "cents", label="amount_same")
    compare.numeric("day", "day", method="step", origin=11, offset=10, label="date_near")
    compare.numeric("day", "day", method="step", origin=1.5, offset=0.5, label="date_nearer")
    features = compare.compute(_candidates(sent, arrived), sent, arrived)
    classifier = recordlinkage.ECMClassifier(init="jaro", max_iter=1000, atol=1e-6)
    classifier.fit(features)
    match, other = np.exp(classifier.log_p), 1 - np.exp(classifier.log_p)
    weights = pd.Series(np.log(match / other), index=features.index)
    for feature in features.columns:
        weights += features[feature].map(_weights_of(classifier, feature))
    return _scored("recordlinkage, trained (ECM)", weights, default=0.0)


def _weights_of(classifier: recordlinkage.ECMClassifier, feature: str) -> dict[float, float]:
    """Log of how much likelier each value of a feature is among matches."""
    among_matches, among_others = classifier.m_probs[feature], classifier.u_probs[feature]
    least = np.finfo(float).tiny  # a value that no match, or only matches, have
    return {
        value: float(np.log(max(share, least)) - np.log(max(among_others[value], least)))
        for value, share in among_matches.items()
    }


def _frame(transactions: tuple[Transaction, ...]) -> pd.DataFrame:
    first = min(one.date for one in transactions).replace(month=1, day=1)
    return pd.DataFrame(
        {
            "memo": [one.memo for one in transactions],
            "memo_start": [one.memo[:MEMO_START] for one in transactions],
            "cents": [one.cents for one in transactions],
            "log_amount": [np.log(one.cents) for one in transactions],
            "day": [(one.date - first).days for one in transactions],
        },
        index=pd.Index([one.id for one in transactions], name="id"),
    )


def _candidates(sent: pd.DataFrame, arrived: pd.DataFrame) -> pd.MultiIndex:
    """Pair what starts alike and arrived after it was sent."""
    pairs = recordlinkage.index.Block("memo_start").index(sent, arrived)
    sent_day = sent["day"].loc[pairs.get_level_values(0)].to_numpy()
    arrived_day = arrived["day"].loc[pairs.get_level_values(1)].to_numpy()
    return pairs[arrived_day > sent_day]


def _scored(name: str, scores: pd.Series, *, default: float) -> Scored:
    pairs = pd.DataFrame(
        {
            "a_id": scores.index.get_level_values(0),
            "b_id": scores.index.get_level_values(1),
            "score": scores.to_numpy().round(9),
        }
    )
    return Scored(name=name, pairs=pairs, default=default)
