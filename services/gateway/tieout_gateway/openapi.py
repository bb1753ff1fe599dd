"""`python -m tieout_gateway.openapi > docs/openapi.json`: the committed document."""

import json
import sys

from tieout_gateway.api import public_api


def document_text() -> str:
    """Write the document as it is committed: indented, in a fixed order, with a last newline."""
    return json.dumps(public_api().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document_text())
