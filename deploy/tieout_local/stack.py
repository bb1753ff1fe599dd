"""The whole product on one machine: Postgres, Kafka and the four services as child processes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from tieout_local.brokers import Broker, choose_broker
from tieout_local.operations import Operations
from tieout_local.plan import SERVICES, StackPlan
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.postgres import PostgresServer, choose_postgres
from tieout_local.service import NOTHING, ServiceAddress, ServiceInstance
from tieout_local.service_environment import (
    CommonValues,
    common_environment,
    instance_environment,
)
from tieout_local.stack_secrets import load_or_make_secrets


class LocalStack:
    """A context: everything is ready inside it and gone after it.

    `start` alone leaves that to the caller. `services` maps an instance's name, such as
    "matcher-1", to it; the first instance of a service has the address the others know.
    """

    def __init__(self, plan: StackPlan) -> None:
        self.plan = plan
        self.services: dict[str, ServiceInstance] = {}
        self.secrets = load_or_make_secrets(
            plan.data / "secrets.json",
            role_password=plan.given.get("TIEOUT_POSTGRES_ROLE_PASSWORD"),
        )
        self.postgres: PostgresServer = choose_postgres(
            plan.given,
            folder=plan.data / "postgres",
            log_path=plan.logs / "postgres.log",
            register=plan.register,
        )
        self.broker: Broker = choose_broker(
            plan.given,
            folder=plan.data / "kafka",
            log_path=plan.logs / "kafka.log",
            register=plan.register,
            say=plan.say,
        )
        self._begun = Counter[str]()
        self._first_ports = {service: free_port() for service in SERVICES}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address of the public API."""
        return self.url_of("gateway")

    @property
    def operations(self) -> Operations:
        return Operations(
            environment=self._common_environment(),
            folder=self.plan.data,
            python=self.plan.python,
        )

    def url_of(self, service: str) -> str:
        return f"http://{LOOPBACK}:{self._first_ports[service]}"

    def start(self) -> None:
        """Bring everything up; on a failure take down what already runs, then raise."""
        try:
            _side_by_side([self.postgres.start, self.broker.start])
            self.operations.run("migrate")
            self.operations.run("create-topics", "--partitions", str(self.plan.partitions))
            started = [
                self._begin(service)
                for service in SERVICES
                for _ in range(self.plan.instances.get(service, 1))
            ]
            for instance in started:
                instance.wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the services in order first, then the broker and the server they use."""
        running = [one for one in self.services.values() if one.child is not None]
        _side_by_side(one.stop for one in running)
        _side_by_side([self.broker.stop, self.postgres.stop])

    def leave_running(self) -> None:
        """Let every child live on past this object; only the plan's register knows them then."""
        children = [one.child for one in self.services.values()]
        for child in (*children, self.broker.child, self.postgres.child):
            if child is not None:
                child.leave_running()

    def start_instance(
        self, service: str, *, extra_environment: Mapping[str, str] = NOTHING
    ) -> ServiceInstance:
        """Start one more instance of a service and wait until it is ready.

        It keeps `extra_environment` for as long as it lives, also when restarted.
        """
        instance = self._begin(service, extra_environment)
        instance.wait_ready()
        return instance

    def forget(self, instance: ServiceInstance) -> None:
        """Leave out an instance that was stopped for good."""
        del self.services[instance.address.name]

    def instances_of(self, service: str) -> list[ServiceInstance]:
        return [one for one in self.services.values() if one.address.service == service]

    def _begin(
        self, service: str, extra_environment: Mapping[str, str] = NOTHING
    ) -> ServiceInstance:
        self._begun[service] += 1
        number = self._begun[service]
        name = f"{service}-{number}"
        port = self._first_ports[service] if number == 1 else free_port()
        address = ServiceAddress(service=service, name=name, port=port)
        instance = ServiceInstance(
            address=address,
            environment={
                **instance_environment(
                    self._common_environment(),
                    address=address,
                    spool_folder=self.plan.data / f"spool-{name}",
                ),
                **self.plan.extra_environment.get("", {}),
                **self.plan.extra_environment.get(service, {}),
                **extra_environment,
            },
            log_path=self.plan.logs / f"{name}.log",
            register=self.plan.register,
            python=self.plan.python,
        )
        self.services[name] = instance
        instance.start(wait=False)
        return instance

    def _common_environment(self) -> dict[str, str]:
        return common_environment(
            CommonValues(
                postgres_url=self.postgres.url,
                kafka_bootstrap=self.broker.bootstrap,
                kafka_idempotent=self.broker.idempotent,
                topic_prefix=self.plan.topic_prefix,
                urls={service: self.url_of(service) for service in SERVICES},
                secrets=self.secrets,
            )
        )


def _side_by_side(steps: Iterable[Callable[[], object]]) -> None:
    with ThreadPoolExecutor() as threads:
        for step in [threads.submit(one) for one in steps]:
            step.result()
