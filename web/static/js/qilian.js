// What every page may use: menus, confirmation, copying, saving by itself, warning before leaving.
// Pages work without it. No other script is needed; nothing is written into style attributes.
"use strict";

(function () {
  const AUTOSAVE_PAUSE = 4000;
  const RETRY_PAUSE = 15000;

  function token() {
    const meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  function clock() {
    return new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  }

  // A menu closes when one looks elsewhere.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // data-confirm="…" on a button: asked before its form is sent.
  function ask(question, label) {
    if (typeof HTMLDialogElement === "undefined") return Promise.resolve(window.confirm(question));
    const dialog = document.createElement("dialog");
    dialog.className = "confirm";
    const text = document.createElement("p");
    text.textContent = question;
    const form = document.createElement("form");
    form.method = "dialog";
    form.className = "actions";
    [["yes", label, "btn btn-primary"], ["no", "取消", "btn btn-outline-secondary"]].forEach(([value, words, look]) => {
      const button = document.createElement("button");
      button.value = value;
      button.textContent = words;
      button.className = look;
      form.append(button);
    });
    dialog.append(text, form);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue === "yes");
      });
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    if (!button || !button.form || button.dataset.confirmed) return;
    event.preventDefault();
    ask(button.dataset.confirm, button.dataset.confirmLabel || button.textContent.trim()).then((agreed) => {
      if (!agreed) return button.focus();
      button.dataset.confirmed = "1";
      button.form.requestSubmit(button);
      delete button.dataset.confirmed;
    });
  });

  // One press is enough: a second one while the first is on its way is swallowed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const pressed = event.submitter;
    if (pressed && pressed.dataset.busy) pressed.textContent = pressed.dataset.busy;
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // data-copy="text" or data-copy="#id".
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const wanted = button.dataset.copy;
    const source = wanted.startsWith("#") ? document.getElementById(wanted.slice(1)) : null;
    const label = button.textContent;
    const told = (words) => {
      button.textContent = words;
      window.setTimeout(() => { button.textContent = label; }, 2000);
    };
    const clipboard = navigator.clipboard;
    if (!clipboard) return told("请手工复制");
    clipboard.writeText(source ? source.textContent.trim() : wanted).then(() => told("已复制"), () => told("请手工复制"));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // form[data-guard]: leaving with unsaved changes asks first.
  // form[data-autosave="address"]: a moment after a change the form is posted there, without files.
  document.querySelectorAll("form[data-guard], form[data-autosave]").forEach((form) => {
    const status = document.querySelector("[data-autosave-status]");
    let dirty = false;
    let timer = 0;
    let busy = false;
    let leaving = false;

    function say(words, failed) {
      if (!status) return;
      status.textContent = words;
      status.classList.toggle("is-failed", Boolean(failed));
    }

    function later(pause) {
      window.clearTimeout(timer);
      if (form.dataset.autosave) timer = window.setTimeout(save, pause);
    }

    function content() {
      const data = new FormData(form);
      Array.from(data.entries()).forEach(([name, value]) => {
        if (value instanceof File) data.delete(name);
      });
      // A hidden input may share its name with a file input: those have to stay.
      form.querySelectorAll('.files input[type="hidden"]').forEach((kept) => {
        if (!data.getAll(kept.name).includes(kept.value)) data.append(kept.name, kept.value);
      });
      return data;
    }

    function save() {
      if (busy || leaving || !dirty) return;
      busy = true;
      dirty = false;
      say("正在保存…");
      fetch(form.dataset.autosave, {
        method: "POST",
        body: content(),
        headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
        credentials: "same-origin",
      })
        .then((answer) => {
          if (answer.ok && !answer.redirected) return say("草稿已于 " + clock() + " 保存");
          dirty = true;
          if (answer.status === 409) return say("此件已有新的变化，请刷新页面；您的草稿不会丢失", true);
          if (answer.redirected || answer.status === 401 || answer.status === 403) return say("登录已过期，请在新窗口登录后继续", true);
          say("暂未保存成功，稍后自动重试", true);
          later(RETRY_PAUSE);
        })
        .catch(() => {
          dirty = true;
          say("网络中断，恢复后自动保存", true);
          later(RETRY_PAUSE);
        })
        .finally(() => {
          busy = false;
          if (dirty) later(RETRY_PAUSE);
        });
    }

    function changed() {
      dirty = true;
      later(AUTOSAVE_PAUSE);
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("qilian:changed", changed);
    form.addEventListener("submit", () => {
      leaving = true;
      window.setTimeout(() => { leaving = false; }, 8000);
    });
    window.addEventListener("beforeunload", (event) => {
      if (!dirty || leaving) return;
      event.preventDefault();
      event.returnValue = "";
    });
  });

  // What went wrong is read out and reached first.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
