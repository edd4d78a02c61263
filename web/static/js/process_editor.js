// The diagram editor of the studio: opens what the hidden field holds, and puts back what was drawn.
(function () {
  'use strict';

  const form = document.querySelector('form[data-editor]');
  if (!form || !window.BpmnEditor) return;
  const box = document.querySelector('.editor');
  const field = form.elements.xml;
  const PALETTE = 130; // pixels that the tools take on the left
  let editor = null;
  let changed = false;
  let leaving = false;

  async function templates() {
    const response = await fetch(form.dataset.templates, { credentials: 'same-origin' });
    const found = response.ok ? await response.json() : [];
    return found.map(template => ({ ...template, entriesVisible: true }));
  }

  // The panel asks for 期限, 提醒, 依据条款 in words when a step has the template of people's work. To steps
  // that name none it is only lent, and taken back before the drawing is sent.
  const TEMPLATE = 'camunda:modelerTemplate';
  const PEOPLES_WORK = 'qilian.user_task';
  const lent = new Set();

  function lendTemplate(known) {
    if (!known.some(template => template.id === PEOPLES_WORK)) return;
    for (const { businessObject, type } of editor.get('elementRegistry').getAll()) {
      if (type !== 'bpmn:UserTask' || businessObject.get(TEMPLATE)) continue;
      businessObject.set(TEMPLATE, PEOPLES_WORK);
      lent.add(businessObject);
    }
  }

  function takeTemplateBack() {
    for (const businessObject of lent) {
      if (businessObject.get(TEMPLATE) === PEOPLES_WORK) businessObject.set(TEMPLATE, undefined);
    }
  }

  async function open() {
    const known = await templates();
    editor = window.BpmnEditor.createEditor({
      canvas: box.querySelector('[data-canvas]'),
      panel: box.querySelector('[data-panel]'),
      templates: known
    });
    await editor.importXML(field.value);
    lendTemplate(known);
    showWhole(editor.get('canvas'));
    editor.on('commandStack.changed', () => { changed = true; });
    form.dataset.ready = '1';
  }

  // The whole diagram, none of it under the palette.
  function showWhole(canvas) {
    canvas.zoom('fit-viewport', 'auto');
    const { width } = canvas.getSize();
    if (width < 4 * PALETTE) return;
    canvas.zoom(canvas.zoom() * (1 - PALETTE / width), 'auto');
    canvas.scroll({ dx: PALETTE / 2, dy: 0 });
  }

  // What the checks complained of is shown in the drawing.
  function addFindings() {
    for (const entry of document.querySelectorAll('.findings [data-element]')) {
      entry.tabIndex = 0;
      entry.addEventListener('click', () => show(entry.dataset.element));
      entry.addEventListener('keydown', event => { if (event.key === 'Enter') show(entry.dataset.element); });
    }
  }

  function show(id) {
    const element = editor && editor.get('elementRegistry').get(id);
    if (!element) return;
    editor.get('selection').select(element);
    editor.get('canvas').scrollToElement(element);
    box.scrollIntoView({ block: 'nearest' });
  }

  form.addEventListener('submit', event => {
    if (leaving || !editor) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the page's own guard against a second press comes on the real submit
    takeTemplateBack();
    editor.saveXML({ format: true }).then(({ xml }) => {
      field.value = xml;
      leaving = true;
      form.submit();
    });
  }, true);

  window.addEventListener('beforeunload', event => {
    if (!changed || leaving) return;
    event.preventDefault();
    event.returnValue = '';
  });

  addFindings();
  open().catch(error => {
    console.warn(error);
    const told = document.createElement('p');
    told.className = 'notice notice-error';
    told.textContent = '编辑器没有载入，请刷新页面，或下载后用桌面版 Camunda Modeler 编辑。';
    box.replaceWith(told);
  });
})();
