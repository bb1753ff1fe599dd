"""`python -m client_generator docs/openapi.json clients/python/tieout_client`."""

import sys
from pathlib import Path

from client_generator.writing import generate

if __name__ == "__main__":
    generate(Path(sys.argv[1]), Path(sys.argv[2]))
