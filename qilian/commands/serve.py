"""`qilian serve` runs pages and scheduler in one process; `qilian worker` the scheduler alone."""

import argparse
import logging
import signal
import threading
from typing import Any

ADDRESS = "127.0.0.1"
PORT = 8000
THREADS = 8
SLACK = 1024 * 1024  # the page that refuses is the application's, the server only keeps floods out


def register(subparsers: Any) -> None:
    serve = subparsers.add_parser("serve", help="启动网页与定时服务")
    serve.add_argument("--sandbox", action="store_true", help="沙箱：虚构数据、可拨动的时间，不用于正式办理")
    serve.add_argument("--host", default=ADDRESS, help=f"监听地址，默认 {ADDRESS}")
    serve.add_argument("--port", type=int, default=PORT, help=f"端口，默认 {PORT}")
    serve.set_defaults(run=run_serve)
    worker = subparsers.add_parser("worker", help="只启动定时服务（PostgreSQL）")
    worker.set_defaults(run=run_worker)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("apscheduler", "spiff"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def run_serve(arguments: argparse.Namespace) -> int:
    from waitress.server import create_server

    from engine.scheduler import Scheduler
    from qilian import bootstrap, sandbox
    from qilian.config import Config
    from web.app import MAX_REQUEST_BYTES, create_app

    _log()
    config = Config.from_environment()
    services = sandbox.open_services(config) if arguments.sandbox else bootstrap.open_services(config)
    server = create_server(
        create_app(services), host=arguments.host, port=arguments.port, threads=THREADS,
        max_request_body_size=MAX_REQUEST_BYTES + SLACK,
    )  # fmt: skip
    scheduler = Scheduler(services.engine, services.audit_key, services.post.run)
    scheduler.start()
    # Ctrl-C and an orderly stop by the service manager end both parts; a kill -9 loses nothing either.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"祁连已启动：http://{arguments.host}:{arguments.port}", flush=True)
    try:
        server.run()
    finally:
        scheduler.stop()
        services.database.dispose()
    return 0


def run_worker(arguments: argparse.Namespace) -> int:
    from engine.scheduler import Scheduler
    from qilian import bootstrap
    from qilian.config import Config

    _log()
    services = bootstrap.open_services(Config.from_environment())
    scheduler = Scheduler(services.engine, services.audit_key, services.post.run)
    scheduler.start()
    stopped = threading.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_, lambda *_: stopped.set())
    stopped.wait()
    scheduler.stop()
    services.database.dispose()
    return 0
