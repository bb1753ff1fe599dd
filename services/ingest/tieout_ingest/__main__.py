"""`python -m tieout_ingest`: run the service until SIGTERM."""

import gc

from tieout_ingest.app import SERVICE, build
from tieout_ingest.settings import IngestSettings
from tieout_runtime.logs import configure_logs
from tieout_runtime.run import serve
from tieout_runtime.settings import read_settings

# A chunk makes tens of thousands of values that live for a moment and hold no cycles: with the
# default threshold the collector walks them again and again, at a third of the loader's time.
GC_THRESHOLD = 50_000


def main() -> None:
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, 20, 50)
    common, own = read_settings(IngestSettings)
    configure_logs(service=SERVICE, level=common.log_level)
    serve(build(common, own), host=own.host, port=own.port)


if __name__ == "__main__":
    main()
