"""Write schemas, events.md and asyncapi.json anew from the contracts: `make snapshots`."""

from pathlib import Path

from contracts.asyncapi_page import asyncapi_text
from contracts.events_page import events_page
from contracts.schemas import schema_text
from tieout_contracts.topics import TOPICS

PROJECT = Path(__file__).resolve().parents[2]
CONTRACTS = PROJECT / "shared" / "tieout_contracts"
EXAMPLES = CONTRACTS / "examples"
SCHEMAS = CONTRACTS / "schemas"
EVENTS_PAGE = PROJECT / "docs" / "events.md"
ASYNCAPI = PROJECT / "docs" / "asyncapi.json"
MESSAGES = {
    (topic.suffix, ce_type): model for topic in TOPICS for ce_type, model in topic.messages.items()
}


def example_files(suffix: str, ce_type: str) -> list[Path]:
    """List `<ce_type>.json`, then its variants `<ce_type>-<variant>.json`."""
    folder = EXAMPLES / suffix
    return [folder / f"{ce_type}.json", *sorted(folder.glob(f"{ce_type}-*.json"))]


def wanted_files() -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    examples = {key: [file.read_text("utf-8") for file in example_files(*key)] for key in MESSAGES}
    wanted = {SCHEMAS / f"{key[1]}.json": schema_text(model) for key, model in MESSAGES.items()}
    return {**wanted, EVENTS_PAGE: events_page(examples), ASYNCAPI: asyncapi_text(examples)}


def main() -> None:
    for file, text in wanted_files().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
