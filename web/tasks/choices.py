"""Choices that only the case knows, for fields whose form leaves them open (`valuesKey`, D17)."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from clusters.applications import applications, field_words
from engine.errors import NotFound
from engine.forms import Form, Table
from engine.models import Instance

Choices = list[tuple[str, str]]


def with_choices(session: Session, form: Form, instance: Instance) -> Form:
    """The form with the choices of this case; what nobody can supply stays open, and any text passes."""
    wanted = {f.options_from for f in form.fields} | {
        c.options_from for f in form.fields if isinstance(f, Table) for c in f.columns
    }
    known = {key: CHOICES[key](session, instance) for key in wanted if key in CHOICES}
    return form.with_options({key: rows for key, rows in known.items() if rows})


def _application_figures(session: Session, instance: Instance) -> Choices:
    """The figures of the application that a review may correct."""
    form = field_words.filled_form(session, instance.id)
    try:
        data, _ = applications.effective_application(session, instance.id)
    except NotFound:
        return []
    return field_words.correctable(form, data) if form else []


CHOICES: Mapping[str, Callable[[Session, Instance], Choices]] = {"application_figures": _application_figures}
