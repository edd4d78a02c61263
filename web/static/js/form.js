// Makes forms quicker: thousands, live totals, rows, pasting from Excel, showing and hiding, counting characters.
// Everything it does the server does too; without a script each of these is a button or a page.
"use strict";

(function () {
  // Numbers: exact, as text. 1234567.5 -> 1,234,567.5 ------------------------------------------------
  const NUMBER = /^([+-]?)(\d+)(\.\d*)?$/;

  function narrow(text) {
    return text.normalize("NFKC").replace(/[,\s]/g, "");
  }

  function grouped(text) {
    const parts = NUMBER.exec(narrow(text));
    if (!parts) return text;
    return parts[1] + parts[2].replace(/\B(?=(\d{3})+$)/g, ",") + (parts[3] || "");
  }

  // Sums with BigInt: no rounding of money.
  function sum(texts) {
    const parsed = texts.map((text) => NUMBER.exec(narrow(text))).filter(Boolean);
    const places = Math.max(0, ...parsed.map((p) => (p[3] || ".").length - 1));
    const total = parsed.reduce((all, p) => {
      const digits = BigInt(p[2] + (p[3] || ".").slice(1).padEnd(places, "0"));
      return all + (p[1] === "-" ? -digits : digits);
    }, BigInt(0));
    const sign = total < 0 ? "-" : "";
    const digits = total.toString().replace("-", "").padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places);
    return parsed.length ? grouped(sign + whole + (places ? "." + digits.slice(-places) : "")) : "";
  }

  document.addEventListener("focusin", (event) => {
    if (event.target.matches && event.target.matches("input[data-number]")) {
      if (NUMBER.test(narrow(event.target.value))) event.target.value = narrow(event.target.value);
      event.target.select(); // a changed value loses its selection, and typing would append to the number
    }
  });
  document.addEventListener("focusout", (event) => {
    if (!event.target.matches || !event.target.matches("input[data-number]")) return;
    event.target.value = grouped(event.target.value);
    const holder = event.target.closest("[data-table]");
    if (holder) total(holder);
  });

  function total(holder) {
    holder.querySelectorAll("[data-total]").forEach((cell) => {
      const inputs = holder.querySelectorAll('tbody input[name$=".' + cell.dataset.total + '"]');
      cell.textContent = sum(Array.from(inputs, (input) => input.value));
    });
  }

  // Showing and hiding -------------------------------------------------------------------------------
  function answer(scope, name) {
    const inputs = scope.querySelectorAll('[name="' + name + '"]:not([type="hidden"])');
    if (!inputs.length) return undefined;
    if (inputs[0].type === "radio") {
      const chosen = Array.from(inputs).find((input) => input.checked);
      return chosen ? chosen.value : null;
    }
    if (inputs[0].type === "checkbox") return String(inputs[0].checked);
    return inputs[0].value || null;
  }

  function isHidden(form, element) {
    const cell = element.closest("tr");
    const mark = cell && cell.querySelector('[name$="._row"]');
    const prefix = mark ? mark.name.slice(0, -"_row".length) : "";
    return JSON.parse(element.dataset.hideIf).some(([key, equal, value]) => {
      let found = prefix ? answer(cell, prefix + key) : undefined;
      if (found === undefined) found = answer(form, key);
      return found === undefined ? element.classList.contains("is-hidden") : (found === String(value)) === equal;
    });
  }

  function arrange(form) {
    form.querySelectorAll("[data-hide-if]").forEach((element) => {
      element.classList.toggle("is-hidden", isHidden(form, element));
    });
  }

  // Rows ---------------------------------------------------------------------------------------------
  function rows(holder) {
    return holder.querySelectorAll("tbody > tr");
  }

  function renumber(holder) {
    rows(holder).forEach((row, index) => {
      const number = row.querySelector("[data-row-number]");
      if (number) number.textContent = index + 1;
    });
    const count = holder.querySelector("[data-row-count]");
    if (count) count.textContent = rows(holder).length;
    total(holder);
  }

  function nextIndex(holder) {
    const used = Array.from(holder.querySelectorAll('tbody [name$="._row"]'), (mark) => Number(mark.name.split(".")[1]));
    return Math.max(-1, ...used) + 1;
  }

  function addRow(holder) {
    const pattern = holder.querySelector("template[data-new-row]");
    if (!pattern || rows(holder).length >= Number(holder.dataset.max)) return null;
    const row = pattern.content.querySelector("tr").cloneNode(true);
    const index = String(nextIndex(holder));
    row.querySelectorAll("*").forEach((element) => {
      ["id", "for", "name", "value", "aria-label", "aria-describedby", "formaction"].forEach((attribute) => {
        const text = element.getAttribute(attribute);
        if (text && text.includes("__")) {
          element.setAttribute(attribute, text.replace("__new__", index).replace("__number__", rows(holder).length + 1));
        }
      });
    });
    holder.querySelector("tbody").append(row);
    renumber(holder);
    return row;
  }

  function told(element) {
    element.dispatchEvent(new CustomEvent("qilian:changed", { bubbles: true }));
  }

  function deleteRow(holder, row) {
    const after = row.nextElementSibling;
    const number = row.querySelector("[data-row-number]").textContent;
    row.remove();
    renumber(holder);
    told(holder);
    const tools = holder.querySelector(".table-tools");
    const old = tools.querySelector(".undo");
    if (old) old.remove();
    const note = document.createElement("span");
    note.className = "undo";
    note.setAttribute("role", "status");
    note.textContent = "已删除第 " + number + " 行";
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn btn-outline-secondary btn-sm";
    undo.textContent = "撤销";
    undo.addEventListener("click", () => {
      holder.querySelector("tbody").insertBefore(row, after && after.isConnected ? after : null);
      note.remove();
      renumber(holder);
      told(holder);
    });
    note.append(undo);
    tools.append(note);
    undo.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="_add"], button[name="_delete"]');
    const holder = button && button.closest("[data-table]");
    if (!holder || "serverRows" in holder.dataset) return;
    event.preventDefault();
    if (button.name === "_delete") return deleteRow(holder, button.closest("tr"));
    const row = addRow(holder);
    if (!row) return;
    arrange(holder.closest("form"));
    told(holder);
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  });

  // Pasting a block of cells from a spreadsheet ------------------------------------------------------
  const YES = ["是", "√", "☑", "true", "TRUE", "1", "Y", "y"];

  function cells(row) {
    const wanted = "details.pick, input:not([type=hidden]):not([type=file]), select, textarea";
    return Array.from(row.querySelectorAll("td:not(.row-tools)"), (cell) => cell.querySelector(wanted));
  }

  // A short list of ticks folded into a cell says what is ticked.
  function picked(details) {
    const ticked = Array.from(details.querySelectorAll("input:checked"), (input) => details.querySelector('label[for="' + input.id + '"]').textContent.trim());
    details.querySelector("[data-picked]").textContent = ticked.join("、") || "请选择";
  }

  document.addEventListener("change", (event) => {
    const details = event.target.closest("details.pick");
    if (details) picked(details);
  });

  function fill(input, text) {
    const value = text.trim();
    if (input.matches("details.pick")) {
      const wanted = value.split(/[、,，;；\s]+/);
      input.querySelectorAll("label").forEach((label) => {
        document.getElementById(label.htmlFor).checked = wanted.includes(label.textContent.trim());
      });
      picked(input);
    } else if (input.type === "checkbox") {
      input.checked = YES.includes(value);
    } else if (input.tagName === "SELECT") {
      const option = Array.from(input.options).find((o) => o.value === value || o.textContent.trim() === value);
      if (option) input.value = option.value;
    } else if (input.type === "date") {
      const day = /^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$/.exec(value);
      input.value = day ? [day[1], day[2].padStart(2, "0"), day[3].padStart(2, "0")].join("-") : "";
    } else {
      input.value = "number" in input.dataset ? grouped(value) : value;
    }
  }

  document.addEventListener("paste", (event) => {
    const holder = event.target.closest && event.target.closest("[data-table]");
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!holder || !text || !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
    event.preventDefault();
    let row = event.target.closest("tr");
    const start = cells(row).indexOf(event.target);
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n");
    lines.some((line) => {
      if (!row) {
        row = "serverRows" in holder.dataset ? null : addRow(holder);
        if (!row) return true;
      }
      const targets = cells(row);
      line.split("\t").forEach((value, offset) => {
        const input = targets[start + offset];
        if (input) fill(input, value);
      });
      row = row.nextElementSibling;
      return false;
    });
    arrange(holder.closest("form"));
    total(holder);
    told(holder);
  });

  // Characters left ----------------------------------------------------------------------------------
  function counter(area) {
    const most = Number(area.dataset.count);
    const note = document.createElement("span");
    note.className = "counter";
    note.setAttribute("aria-hidden", "true");
    area.after(note);
    const show = () => {
      const used = area.value.trim().length;
      note.textContent = used + " / " + most + " 字";
      note.classList.toggle("is-over", used > most);
    };
    area.addEventListener("input", show);
    show();
  }

  document.querySelectorAll("textarea[data-count]").forEach(counter);
  document.querySelectorAll("form").forEach((form) => {
    if (!form.querySelector("[data-hide-if]")) return;
    arrange(form);
    form.addEventListener("change", () => arrange(form));
  });

  // Where one is in a long form ----------------------------------------------------------------------
  const links = document.querySelectorAll('.form-contents a[href^="#"]');
  if (links.length && "IntersectionObserver" in window) {
    const seen = new IntersectionObserver((entries) => {
      entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
        links.forEach((link) => {
          if (link.hash === "#" + entry.target.id) link.setAttribute("aria-current", "true");
          else link.removeAttribute("aria-current");
        });
      });
    }, { rootMargin: "0px 0px -75% 0px" });
    document.querySelectorAll(".form-card[id]").forEach((card) => seen.observe(card));
  }
})();
