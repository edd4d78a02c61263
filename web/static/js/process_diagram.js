// The diagram of one version of a process: a map beside its outline. What changed is marked.
//
//   <div class="process-diagram" data-xml="…/diagram.bpmn" data-marks='{"element": "added" | "changed"}'></div>
//
// What carries data-element="id" elsewhere on the page lights up with its shape, and is shown on a click.
(function () {
  'use strict';

  const MARGIN = 140;
  const CLOSEST = 1;

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function button(label, action) {
    const node = make('button', { type: 'button', class: 'diagram-button' }, label);
    node.addEventListener('click', action);
    return node;
  }

  class ProcessDiagram {
    constructor(box) {
      this.box = box;
      this.marks = JSON.parse(box.dataset.marks || '{}');
      this.canvasBox = make('div', { class: 'diagram-canvas', role: 'group', 'aria-label': '流程图，文字版见“步骤”' });
      this.toolbar = make('div', { class: 'diagram-toolbar', role: 'toolbar', 'aria-label': '流程图' });
      box.replaceChildren(this.toolbar, this.canvasBox);
      this.viewer = window.BpmnViewer.createViewer(this.canvasBox);
    }

    async open() {
      const response = await fetch(this.box.dataset.xml, { credentials: 'same-origin' });
      if (!response.ok) throw new Error(String(response.status));
      await this.viewer.importXML(await response.text());
      this.canvas = this.viewer.get('canvas');
      this.registry = this.viewer.get('elementRegistry');
      this.viewer.get('zoomScroll').toggle(false); // the wheel belongs to the page
      this.addTools();
      this.addMarks();
      this.addOutline();
      this.viewer.on('element.click', ({ element }) => this.tell(element.labelTarget?.id ?? element.id));
      this.canvas.zoom('fit-viewport', 'auto');
    }

    addTools() {
      const zoom = step => this.viewer.get('zoomScroll').stepZoom(step);
      this.toolbar.append(
        button('全图', () => this.canvas.zoom('fit-viewport', 'auto')),
        button('放大', () => zoom(1)),
        button('缩小', () => zoom(-1))
      );
      if (!document.fullscreenEnabled) return;
      this.toolbar.append(button('全屏', () => {
        if (document.fullscreenElement) document.exitFullscreen();
        else this.box.requestFullscreen();
      }));
      document.addEventListener('fullscreenchange', () => {
        this.viewer.get('zoomScroll').toggle(document.fullscreenElement === this.box);
        this.canvas.resized();
      });
    }

    addMarks() {
      for (const [id, kind] of Object.entries(this.marks)) {
        if (this.registry.get(id)) this.canvas.addMarker(id, `is-${kind}`);
      }
    }

    addOutline() {
      for (const entry of document.querySelectorAll('[data-element]')) {
        const id = entry.dataset.element;
        if (!this.registry.get(id)) continue;
        for (const name of ['mouseenter', 'focusin']) entry.addEventListener(name, () => this.point(id, true));
        for (const name of ['mouseleave', 'focusout']) entry.addEventListener(name, () => this.point(id, false));
        entry.addEventListener('click', () => this.frame(id));
        entry.addEventListener('keydown', event => { if (event.key === 'Enter') this.frame(id); });
      }
    }

    point(id, on) {
      if (on) this.canvas.addMarker(id, 'is-pointed-at');
      else this.canvas.removeMarker(id, 'is-pointed-at');
    }

    frame(id) {
      const shape = this.registry.get(id);
      const points = shape.waypoints || [{ x: shape.x, y: shape.y }, { x: shape.x + shape.width, y: shape.y + shape.height }];
      const left = Math.min(...points.map(p => p.x)) - MARGIN;
      const top = Math.min(...points.map(p => p.y)) - MARGIN;
      const width = Math.max(...points.map(p => p.x)) + MARGIN - left;
      const height = Math.max(...points.map(p => p.y)) + MARGIN - top;
      const { width: wide, height: high } = this.canvasBox.getBoundingClientRect();
      const scale = Math.min(CLOSEST, wide / width, high / height);
      this.canvas.viewbox({
        x: left + (width - wide / scale) / 2, y: top + (height - high / scale) / 2, width: wide / scale, height: high / scale
      });
      this.box.scrollIntoView({ block: 'nearest' });
    }

    // A click on a shape leads to its entry in the outline.
    tell(id) {
      const entry = document.querySelector(`.outline [data-element="${CSS.escape(id)}"]`);
      if (!entry) return;
      entry.closest('details')?.setAttribute('open', '');
      entry.focus({ preventScroll: true });
      entry.scrollIntoView({ block: 'center' });
    }
  }

  for (const box of document.querySelectorAll('.process-diagram')) {
    new ProcessDiagram(box).open().catch(error => {
      console.warn(error);
      box.replaceChildren(make('p', { class: 'diagram-failed' }, '图形没有载入，请刷新页面；各环节见“步骤”。'));
    });
  }
})();
