import gc


def main() -> None:
    gc.disable()  # until it serves: what a start makes stays
    from tieout_gateway.app import build
    from tieout_gateway.settings import GatewaySettings
    from tieout_runtime.logs import configure_logs
    from tieout_runtime.run import serve
    from tieout_runtime.settings import read_settings

    common, own = read_settings(GatewaySettings)
    configure_logs(service="gateway", level=common.log_level)
    app = build(common, own)

    def end_streams() -> None:
        app.state.live_events.stop()

    serve(app, host=own.host, port=own.port, endless=own.event_streams, on_stop=end_streams)


if __name__ == "__main__":
    main()
