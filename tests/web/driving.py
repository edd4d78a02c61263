"""A person at the sandbox in a browser: changes seats, opens tasks, fills in forms, moves time."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Locator, Page, expect

from engine.forms import Field, Form, Table
from qilian.sandbox.play import PDF, PNG
from tests.web.told import Told

Data = Mapping[str, Any]
SET = """values => {
  const missing = [];
  for (const [name, value] of Object.entries(values)) {
    const controls = [...document.getElementsByName(name)].filter(c => !["hidden", "file"].includes(c.type));
    if (!controls.length) missing.push(name);
    for (const control of controls) {
      const wanted = [].concat(value).map(String);
      if (["checkbox", "radio"].includes(control.type)) control.checked = wanted.includes(control.value);
      else control.value = wanted[0] ?? "";
      control.dispatchEvent(new Event("input", {bubbles: true}));
      control.dispatchEvent(new Event("change", {bubbles: true}));
    }
  }
  return missing;
}"""


def values_of(form: Form, data: Data) -> dict[str, Any]:
    """Names and values of the controls that show `data`; files and what the system fills left out."""
    return {name: _typed(field, value) for name, field, value in _leaves(form, data) if not _is_file(field)}


def files_of(form: Form, data: Data) -> list[str]:
    """Names of the file inputs that need a file."""
    return [name for name, field, value in _leaves(form, data) if _is_file(field) and value]


def posted(form: Form, data: Data) -> dict[str, Any]:
    """What a browser without a script would send: rows are marked, an empty tick is not sent."""
    marks = {
        f"{f.key}.{i}._row": "1"
        for f in form.fields
        if isinstance(f, Table)
        for i in range(len(data.get(f.key) or []))
    }
    sent = {name: value for name, value in values_of(form, data).items() if value != []}
    kept = {name: [f["id"] for f in v] for name, field, v in _leaves(form, data) if _is_file(field) and v}
    return marks | sent | kept


def _is_file(field: Field) -> bool:
    return field.type == "filepicker"


def _leaves(form: Form, data: Data) -> Iterator[tuple[str, Field, Any]]:
    for field in form.fields:
        if field.readonly or field.key not in data:
            continue
        if not isinstance(field, Table):
            yield field.key, field, data[field.key]
            continue
        for index, row in enumerate(data[field.key] or []):
            for column in field.columns:
                if not column.readonly and column.key in row:
                    yield f"{field.key}.{index}.{column.key}", column, row[column.key]


def _typed(field: Field, value: Any) -> Any:
    if field.type == "checkbox":
        return ["true"] if value else []
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return value if field.options else "、".join(map(str, value))
    return "" if value is None else str(value)


class Visitor:
    """One browser page that becomes different people with the sandbox's bar."""

    def __init__(self, page: Page, address: str, told: Told, folder: Path) -> None:
        self.page, self.address, self.told = page, address, told
        self.folder, self._files = folder, 0

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def become(self, name: str) -> None:
        self.page.locator(".sandbox-people summary").click()
        self.go(self.page.locator(".sandbox-people").get_by_role("button", name=name, exact=True))
        expect(self.page.locator(".sandbox-people summary")).to_contain_text(name)

    def switch(self, name: str) -> None:
        """As `become`, without looking at the page that follows: a walk changes seats many times."""
        chosen = next(p.id for p in self.told.services.sandbox.people() if p.name == name)
        token = self.page.locator("meta[name='csrf-token']").get_attribute("content") or ""
        self.page.request.post(
            f"{self.address}/sandbox/switch",
            form={"person": chosen},
            headers={"X-CSRFToken": token},
            max_redirects=0,
        )

    def go(self, control: Locator, patience: int = 10_000) -> None:
        """Click on what leads to another page, and wait for it."""
        with self.page.expect_navigation(timeout=patience):
            control.click(timeout=patience)

    def press(self, name: str) -> None:
        self.go(self.page.locator(".with-sidebar, .one-column").get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        self.go(self.page.locator(".with-sidebar, .one-column").get_by_role("link", name=name).first)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_attached()

    # --- tasks --------------------------------------------------------------------------------------

    def take(self, who: str, task: str, case: str) -> None:
        """Become somebody and open a task from the list, as one would."""
        self.switch(who)
        self.open("/")
        row = self.page.get_by_role("row").filter(has_text=case)
        self.go(row.get_by_role("link", name=task))

    def fill(self, form: Form, data: Data) -> None:
        plain = {key: value for key, value in data.items() if not isinstance(form.field(key), Table)}
        self.page.evaluate(SET, values_of(form, plain))  # an answer may bring up a table
        self._rows(form, data)
        missing = self.page.evaluate(SET, values_of(form, data))
        assert missing == [], missing
        for name in files_of(form, data):
            wanted = [self.photo() for _ in range(3)] if name == "photos" else self.scan()
            self.page.set_input_files(f"input[type='file'][name='{name}']", wanted)

    def scan(self) -> Path:
        """A scanned page, never the same twice."""
        return self.file("材料{}.pdf", PDF)

    def photo(self) -> Path:
        return self.file("照片{}.png", PNG)

    def file(self, name: str, content: bytes) -> Path:
        self._files += 1
        path = self.folder / name.format(self._files)
        path.write_bytes(content + f"\n{self._files}".encode())
        return path

    def _rows(self, form: Form, data: Data) -> None:
        for field in form.fields:
            if isinstance(field, Table) and data.get(field.key) and not field.fixed:
                holder = self.page.locator(f"[data-table='{field.key}']")
                if holder.count():
                    for _ in range(len(data[field.key]) - holder.locator("tbody > tr").count()):
                        holder.get_by_role("button", name="增加一行").click()

    def blank(self, instance_id: str, element: str) -> Data:
        """What the form of an open task begins with."""
        return self.told.play.opened(SimpleNamespace(id=instance_id), element)[1]

    def form(self, name: str) -> Form:
        """The form of this name in the newest bundle that has it."""
        newest = next(b.id for b in reversed(self.told.bundles()) if name in b.forms)
        with self.told.database.read() as session:
            return self.told.services.engine.form(session, newest, name)

    def do(self, form: str, data: Data, submit: str = "提交") -> None:
        """Fill in the form of the open task and submit it; fails when the page refuses."""
        self.fill(self.form(form), data)
        self.press(submit)
        self.accepted()

    def accepted(self) -> None:
        problems = self.page.locator(".error-summary")
        assert problems.count() == 0, problems.inner_text()
        assert "/cases/" in self.page.url, self.page.locator("#main").inner_text()

    # --- time -------------------------------------------------------------------------------------------

    def day_passes(self, days: int = 1) -> None:
        for _ in range(days):
            self._bar("前进一天")

    def until(self, day: str) -> None:
        self.page.get_by_label("指定日期").fill(day)
        self._bar("到指定日期")

    def _bar(self, name: str) -> None:
        # Months of deadlines pass behind this click, on a machine that runs other tests as well.
        self.go(self.page.locator(".sandbox-bar").get_by_role("button", name=name), patience=60_000)
