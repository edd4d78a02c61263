"""SpiffWorkflow as it comes: its parser, its engine, its serializer; the state in one row.

For comparison only. Here alone outside engine/bpmn SpiffWorkflow is imported, because what is measured
is what the fence leaves out.
"""

import io
import time
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.task_parsers import TaskParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.db import Database
from qilian.bench import reference
from qilian.bench.raw import create_tables, statement

LONG, AT_ONCE = "P15D", "PT0.001S"
SERVICES = {
    "check": lambda data: data.update(approved=data["form"]["amount"] < 10_000),
    "price": lambda data: data.update(price=data["form"]["amount"] * 2),
    "notify": lambda data: data.update(notified=True),
}


class Service(ServiceTask):  # type: ignore[misc]
    def _execute(self, task: Any) -> bool:
        SERVICES[self.name](task.data)
        return True


class Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (TaskParser, Service)}  # noqa: RUF012


class Stock:
    """Instances in the tables of `raw`, one row each."""

    name = "stock"

    def __init__(self, database: Database) -> None:
        self._database, self._form = database, reference.form_data()
        registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, Service: BpmnTaskSpecConverter})
        self._serializer = BpmnWorkflowSerializer(registry=registry)
        create_tables(database, self.name)

    def _spec(self, duration: str) -> Any:
        parser = Parser()
        parser.add_bpmn_io(io.BytesIO(reference.stock_diagram(duration).encode()))
        return parser.get_spec(reference.PROCESS)

    def steps(self, units: int) -> Iterator[float]:
        spec = self._spec(LONG)
        for _ in range(units):
            number = self._start(spec)
            for _ in reference.TASKS:
                began = perf_counter()
                self._step(number, self._complete)
                yield perf_counter() - began

    def firings(self, units: int) -> Iterator[float]:
        spec = self._spec(AT_ONCE)
        numbers = [self._start(spec) for _ in range(units)]
        for number in numbers:
            self._step(number, self._complete)
        time.sleep(0.05)
        for number in numbers:
            began = perf_counter()
            self._step(number, self._refresh)
            yield perf_counter() - began

    def _start(self, spec: Any) -> int:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        with self._database.engine.begin() as connection:
            insert = statement(
                connection, "INSERT INTO stock_instance (version, state) VALUES (0, ?) RETURNING id"
            )
            return int(connection.exec_driver_sql(insert, (self._dumped(workflow),)).scalar_one())

    def _step(self, number: int, act: Any) -> None:
        with self._database.engine.begin() as connection:
            select = statement(connection, "SELECT state FROM stock_instance WHERE id = ?")
            workflow = self._serializer.deserialize_json(
                connection.exec_driver_sql(select, (number,)).scalar_one()
            )
            act(workflow)
            workflow.do_engine_steps()
            update = statement(
                connection, "UPDATE stock_instance SET version = version + 1, state = ? WHERE id = ?"
            )
            connection.exec_driver_sql(update, (self._dumped(workflow), number))
            self._save_rows(connection, number, workflow)

    def _save_rows(self, connection: sa.Connection, number: int, workflow: Any) -> None:
        """One row per open user task, as any task list needs."""
        connection.exec_driver_sql(
            statement(connection, "DELETE FROM stock_item WHERE instance_id = ?"), (number,)
        )
        insert = statement(
            connection, "INSERT INTO stock_item (instance_id, name, status) VALUES (?, ?, 'open')"
        )
        for task in workflow.get_tasks(state=TaskState.READY, manual=True):
            connection.exec_driver_sql(insert, (number, task.task_spec.name))

    def _complete(self, workflow: Any) -> None:
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        task.data["form"] = self._form
        task.run()

    def _refresh(self, workflow: Any) -> None:
        workflow.refresh_timers()

    def _dumped(self, workflow: Any) -> str:
        return str(self._serializer.serialize_json(workflow))
