"""What follows from an attempt, by the schedule of the Standard Webhooks text."""

import time
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tieout_gateway.domain.webhooks.attempts import Attempted, Verdict, judge, read_retry_after
from tieout_gateway.domain.webhooks.sealing import Seal, SealError
from tieout_gateway.domain.webhooks.signing import (
    new_secret,
    secret_text,
    signed_headers,
    webhook_id_of,
)

AT = datetime(2026, 1, 11, 12, tzinfo=UTC)
FAILED = Attempted(status_code=500)


def verdict(
    attempted: Attempted = FAILED,
    *,
    attempts: int = 0,
    failing_since: datetime | None = None,
    chance: float = 0.0,
) -> Verdict:
    return judge(
        attempted,
        attempts=attempts,
        failing_since=failing_since,
        at=AT,
        factor=1.0,
        chance=chance,
    )


def test_the_schedule_is_that_of_the_text_and_then_it_is_given_up() -> None:
    waits = [verdict(attempts=done).due_at for done in range(9)]

    seconds = [(due - AT).total_seconds() for due in waits if due is not None]
    assert seconds == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert verdict(attempts=9) == Verdict(status="failed")


def test_jitter_only_adds() -> None:
    late = verdict(attempts=1, chance=1.0).due_at

    assert late == AT + timedelta(seconds=360)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_2xx_ends_it(status: int) -> None:
    assert verdict(Attempted(status_code=status)).status == "delivered"


@pytest.mark.parametrize("status", [100, 301, 302, 307, 400, 404, 429, 500, 503])
def test_everything_else_is_tried_again(status: int) -> None:
    assert verdict(Attempted(status_code=status)).status == "pending"
    assert verdict(Attempted(error="timeout")).status == "pending"


def test_410_disables_at_once_and_five_days_of_failing_do() -> None:
    assert verdict(Attempted(status_code=410)).disables is not None
    assert verdict(failing_since=AT - timedelta(days=5)).disables is not None
    assert verdict(failing_since=AT - timedelta(days=4, hours=23)).disables is None


def test_a_receiver_may_ask_for_more_time_but_not_for_less_nor_for_ever() -> None:
    def due(seconds: int) -> timedelta:
        asked = Attempted(status_code=503, retry_after=timedelta(seconds=seconds))
        due_at = verdict(asked).due_at
        assert due_at is not None
        return due_at - AT

    assert [due(1), due(60), due(10**7)] == [
        timedelta(seconds=5), timedelta(seconds=60), timedelta(days=1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("Sun, 11 Jan 2026 12:02:00 GMT", 120), ("Sun, 11 Jan 2026 11:00:00 GMT", 0)],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(text: str, seconds: int) -> None:
    assert read_retry_after(text, at=AT) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1.5", "٣"])
def test_a_retry_after_that_says_nothing_is_passed_over(text: str | None) -> None:
    assert read_retry_after(text, at=AT) is None


def test_the_library_of_standard_webhooks_verifies_what_we_sign_and_nothing_else() -> None:
    new, old, other = new_secret(), new_secret(), new_secret()
    body = '{"type":"ä"}'
    now = datetime.fromtimestamp(time.time(), tz=UTC)
    headers = signed_headers(body, webhook_id="msg_1", at=now, keys=[new, old])

    assert Webhook(secret_text(new)).verify(body, headers) == {"type": "ä"}
    assert Webhook(secret_text(old)).verify(body, headers) == {"type": "ä"}
    for secret, sent, wrong in (
        (other, body, headers),
        (new, body + " ", headers),
        (new, body, {**headers, "webhook-id": "msg_2"}),
        (new, body, {**headers, "webhook-timestamp": str(int(time.time()) - 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret_text(secret)).verify(sent, wrong)


def test_a_signature_is_that_of_the_standards_own_test_vector() -> None:
    headers = signed_headers(
        '{"test": 2432232314}',
        webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1_614_265_330, tz=UTC),
        keys=[b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
    )

    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-signature"] == expected


def test_a_message_has_one_name_for_each_event_and_endpoint() -> None:
    names = [webhook_id_of(endpoint_id=one, event_id=event) for one in (1, 2) for event in "ab"]

    assert len(set(names)) == 4
    assert names[0] == webhook_id_of(endpoint_id=1, event_id="a")
    assert all("." not in name for name in names)


def test_a_sealed_secret_opens_under_its_own_key_for_its_own_organisation_only() -> None:
    seal, secret = Seal.under("a pepper of sixteen characters"), new_secret()
    sealed = seal.close(secret, organization_id=1)

    assert seal.open(sealed, organization_id=1) == secret
    assert secret not in sealed
    assert sealed != seal.close(secret, organization_id=1)
    assert secret.hex() not in repr(seal)
    for other, organization_id, content in (
        (Seal.under("another pepper of ours"), 1, sealed),
        (seal, 2, sealed),
        (seal, 1, sealed[:-1]),
        (seal, 1, b""),
    ):
        with pytest.raises(SealError):
            other.open(content, organization_id=organization_id)
