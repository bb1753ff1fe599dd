"""`python -m tieout_ingest`: run the service until SIGTERM."""

import gc


def main() -> None:
    gc.disable()  # until it serves: what a start makes stays
    from tieout_ingest.app import SERVICE, build
    from tieout_ingest.settings import IngestSettings
    from tieout_runtime.logs import configure_logs
    from tieout_runtime.run import serve
    from tieout_runtime.settings import read_settings

    common, own = read_settings(IngestSettings)
    configure_logs(service=SERVICE, level=common.log_level)
    serve(build(common, own), host=own.host, port=own.port)


if __name__ == "__main__":
    main()
