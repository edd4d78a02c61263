"""A form being opened: what every function that prefills one is told. Knows no step."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clusters.applications import applications
from clusters.applications.models import Application
from engine.forms import Form
from engine.models import Instance

Words = dict[str, Any]


class Opening:
    """A form being opened: which case, by whom, on which day."""

    def __init__(
        self, session: Session, instance: Instance, form: Form, element: str, person_id: str, today: date
    ) -> None:
        self.session, self.instance, self.form = session, instance, form
        self.element, self.person_id, self.today = element, person_id, today

    @property
    def application(self) -> Application:
        return applications.by_instance(self.session, self.instance.id)

    @property
    def batch_key(self) -> str:
        """Of a batch or a city's recommendation: `GSPC-2024-01` or `GSPC-2024-01/621100`."""
        return self.instance.business_key.partition("/")[0]
