from datetime import date

from tieout_ingest.domain.progress import ChunkCounts, CurrencyTotal, Progress, advance

from .builders import a_draft


def a_chunk(*amounts: str, first_id: int = 1, currency: str = "EUR") -> ChunkCounts:
    """Positive amounts are credits, others debits; one item more is skipped, one rejected."""
    fields = [
        a_draft(
            amount_minor=one.removeprefix("-"),
            direction="debit" if one.startswith("-") else "credit",
            currency=currency,
            date=date(2024, 3, 1 + n),
        ).fields
        for n, one in enumerate(amounts)
    ]
    return ChunkCounts(
        items=len(amounts) + 2,
        skipped=1,
        rejected=1,
        accepted=[(first_id + n, one) for n, one in enumerate(fields)],
    )


def test_counts_and_totals_grow_chunk_by_chunk() -> None:
    large = str(10**37)

    progress = advance(Progress(), a_chunk(large, "-1", first_id=7))
    progress = advance(progress, a_chunk(large, first_id=3))
    progress = advance(progress, a_chunk("5", first_id=9, currency="USD"))

    assert progress.next_item == progress.accepted + progress.skipped + progress.rejected == 10
    assert (progress.first_record_id, progress.last_record_id) == (3, 9)
    assert (progress.date_range_start, progress.date_range_end) == (
        date(2024, 3, 1),
        date(2024, 3, 2),
    )
    assert progress.totals == (
        CurrencyTotal(
            currency="EUR",
            exponent=2,
            total_credits=str(2 * 10**37),
            total_debits="1",
            net_amount=str(2 * 10**37 - 1),
        ),
        CurrencyTotal(
            currency="USD", exponent=2, total_credits="5", total_debits="0", net_amount="5"
        ),
    )


def test_a_chunk_of_refusals_moves_on_without_records() -> None:
    progress = advance(Progress(), a_chunk())

    assert (progress.next_item, progress.accepted, progress.rejected) == (2, 0, 1)
    assert progress.first_record_id is None
    assert progress.date_range_start is None
