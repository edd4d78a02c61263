"""Forms are written once (D17): the .form file is the contract between process, page and record.

Knows the form-js schema, values and limits. Knows neither pages nor databases nor clusters.
"""

from engine.forms.checks import CHECKS, Check
from engine.forms.conditions import Condition
from engine.forms.fields import Field, Group, Look, Option, Rule, Rules, Section, Table, Text
from engine.forms.form import Form
from engine.forms.schema import FormInvalid

__all__ = [
    "CHECKS",
    "Check",
    "Condition",
    "Field",
    "Form",
    "FormInvalid",
    "Group",
    "Look",
    "Option",
    "Rule",
    "Rules",
    "Section",
    "Table",
    "Text",
]
