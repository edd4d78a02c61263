// The diagram of one case: what is done, open and overdue; a click leads to the record; a slider replays.
//
//   <div class="case-diagram" data-xml="…/diagram.bpmn" data-states="…/states.json"></div>
//
// states.json: { process, outcome, states: {element: "done" | "open" | "overdue"},
//                events: [{at, who, what, element, done}], records: {element: address} }
// The words beside it are the page's own: what carries data-element="id" lights up with its shape.
(function () {
  'use strict';

  const STATES = {
    done: { marker: 'is-done', badge: '✓ 已办' },
    open: { marker: 'is-open', badge: '办理中' },
    overdue: { marker: 'is-overdue', badge: '逾期' }
  };
  const WAITING = 'is-waiting'; // an event that listens, such as the withdrawal, is nobody's turn
  const BADGED = new Set(['bpmn:UserTask', 'bpmn:ServiceTask', 'bpmn:CallActivity']);
  const SPLITTING = new Set(['bpmn:ExclusiveGateway', 'bpmn:EventBasedGateway']);
  const MARGIN = 140;
  const CLOSEST = 1;
  const FARTHEST = 0.5;

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

  async function load(address, read) {
    const response = await fetch(address, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return read(response);
  }

  /** Marks shapes, flows and badges for a set of states; takes its earlier marks away first. */
  class Marks {
    constructor(viewer) {
      this.canvas = viewer.get('canvas');
      this.overlays = viewer.get('overlays');
      this.registry = viewer.get('elementRegistry');
      this.marked = [];
    }

    show(states, counts) {
      this.clear();
      for (const [id, state] of Object.entries(states)) {
        if (this.registry.get(id) && STATES[state]) this.markNode(id, state, counts[id] || 1);
      }
      this.registry.filter(e => e.type === 'bpmn:SequenceFlow' && isTaken(e, states))
        .forEach(flow => this.mark(flow.id, 'is-taken'));
    }

    markNode(id, state, count) {
      const isStep = BADGED.has(this.registry.get(id).type);
      this.mark(id, state === 'done' || isStep ? STATES[state].marker : WAITING);
      if (!isStep) return;
      const words = STATES[state].badge + (count > 1 ? ` ×${count}` : '');
      const html = make('span', { class: `diagram-badge ${STATES[state].marker}`, 'aria-hidden': 'true' }, words);
      this.overlays.add(id, 'state', { position: { top: -17, left: 4 }, html, scale: true });
    }

    mark(id, marker) {
      this.canvas.addMarker(id, marker);
      this.marked.push([id, marker]);
    }

    clear() {
      this.marked.splice(0).forEach(([id, marker]) => this.canvas.removeMarker(id, marker));
      this.overlays.remove({ type: 'state' });
    }
  }

  /** Whether the case has gone along this flow; where several ways were open, only if there is no other way in. */
  function isTaken(flow, states) {
    if (states[flow.source.id] !== 'done' || !states[flow.target.id]) return false;
    if (!SPLITTING.has(flow.source.type)) return true;
    const reached = flow.source.outgoing.filter(other => states[other.target.id]);
    return reached.length === 1 || flow.target.incoming.filter(e => e.type === 'bpmn:SequenceFlow').length === 1;
  }

  /** States as they stood after the first `count` events. */
  function statesAfter(events, count) {
    const states = {};
    const counts = {};
    for (const event of events.slice(0, count)) {
      if (!event.element) continue;
      states[event.element] = event.done ? 'done' : 'open';
      if (event.done) counts[event.element] = (counts[event.element] || 0) + 1;
    }
    return { states, counts };
  }

  class CaseDiagram {
    constructor(box) {
      this.box = box;
      this.canvasBox = make('div', { class: 'diagram-canvas', role: 'group', 'aria-label': '流程图，文字版见“办理步骤”' });
      this.toolbar = make('div', { class: 'diagram-toolbar', role: 'toolbar', 'aria-label': '流程图' });
      box.replaceChildren(this.toolbar, this.canvasBox);
      this.viewer = window.BpmnViewer.createViewer(this.canvasBox);
    }

    async open() {
      const [xml, facts] = await Promise.all([
        load(this.box.dataset.xml, r => r.text()), load(this.box.dataset.states, r => r.json())
      ]);
      this.facts = facts;
      await this.viewer.importXML(xml);
      this.canvas = this.viewer.get('canvas');
      this.registry = this.viewer.get('elementRegistry');
      this.marks = new Marks(this.viewer);
      this.leaveWheelToPage();
      this.addTools();
      this.addReplay();
      this.addLinks();
      this.addOutline();
      this.showNow();
      this.showCurrent();
    }

    // --- what is seen ---------------------------------------------------------------------------

    showNow() {
      const { counts } = statesAfter(this.facts.events, this.facts.events.length);
      this.marks.show(this.facts.states, counts);
    }

    showAfter(count) {
      const { states, counts } = statesAfter(this.facts.events, count);
      this.marks.show(states, counts);
    }

    showCurrent() {
      const current = Object.keys(this.facts.states).filter(id => ['open', 'overdue'].includes(this.facts.states[id]));
      const ofType = type => current.filter(id => this.registry.get(id)?.type === type);
      // What merely listens, such as the withdrawal, comes last: nobody waits for it.
      const found = [
        ofType('bpmn:UserTask'), ofType('bpmn:EventBasedGateway'), current, [this.facts.outcome].filter(Boolean)
      ].find(ids => ids.length);
      this.frame(found || this.pool());
    }

    pool() {
      const found = this.registry.filter(e => e.businessObject.processRef?.id === this.facts.process);
      return found.map(e => e.id);
    }

    frame(ids) {
      const shapes = ids.map(id => this.registry.get(id)).filter(Boolean);
      if (!shapes.length) return this.canvas.zoom('fit-viewport');
      const left = Math.min(...shapes.map(s => s.x)) - MARGIN;
      const top = Math.min(...shapes.map(s => s.y)) - MARGIN;
      const width = Math.max(...shapes.map(s => s.x + s.width)) + MARGIN - left;
      const height = Math.max(...shapes.map(s => s.y + s.height)) + MARGIN - top;
      const { width: wide, height: high } = this.canvasBox.getBoundingClientRect();
      const scale = Math.max(FARTHEST, Math.min(CLOSEST, wide / width, high / height));
      this.canvas.viewbox({
        x: left + (width - wide / scale) / 2, y: top + (height - high / scale) / 2,
        width: wide / scale, height: high / scale
      });
    }

    // --- tools ----------------------------------------------------------------------------------

    addTools() {
      const zoom = step => this.viewer.get('zoomScroll').stepZoom(step);
      this.toolbar.append(
        button('当前环节', () => this.showCurrent()),
        button('全图', () => this.canvas.zoom('fit-viewport', 'auto')),
        button('放大', () => zoom(1)),
        button('缩小', () => zoom(-1))
      );
      if (!document.fullscreenEnabled) return;
      this.toolbar.append(button('全屏', () => this.toggleFullScreen()));
      document.addEventListener('fullscreenchange', () => this.canvas.resized());
    }

    /** The wheel belongs to the page until the map fills the screen; bpmn-js would take it on each mouseover. */
    leaveWheelToPage() {
      const afterItsOwn = 500;
      this.viewer.on('canvas.mouseover', afterItsOwn, () => {
        this.viewer.get('zoomScroll').toggle(document.fullscreenElement === this.box);
      });
    }

    toggleFullScreen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.box.requestFullscreen();
    }

    addReplay() {
      const events = this.facts.events;
      if (events.length < 2) return;
      const slider = make('input', { type: 'range', min: '1', max: String(events.length + 1), step: '1' });
      slider.value = slider.max;
      const words = make('output', { class: 'diagram-moment', 'aria-live': 'polite' }, '此刻');
      slider.addEventListener('input', () => {
        const isNow = slider.value === slider.max;
        words.textContent = isNow ? '此刻' : describe(events[slider.value - 1]);
        slider.setAttribute('aria-valuetext', words.textContent);
        if (isNow) this.showNow();
        else this.showAfter(Number(slider.value));
      });
      this.toolbar.append(make('label', { class: 'diagram-replay' }, '回放', slider), words);
    }

    // --- from shape to record and back -------------------------------------------------------------

    addLinks() {
      for (const id of Object.keys(this.facts.records)) {
        if (this.registry.get(id)) this.canvas.addMarker(id, 'has-record');
      }
      this.viewer.on('element.click', ({ element }) => {
        const address = this.facts.records[element.labelTarget?.id ?? element.id];
        if (address) follow(address);
      });
    }

    addOutline() {
      for (const entry of document.querySelectorAll('[data-element]')) {
        const id = entry.dataset.element;
        if (!this.registry.get(id)) continue;
        for (const name of ['mouseenter', 'focusin']) {
          entry.addEventListener(name, () => this.canvas.addMarker(id, 'is-pointed-at'));
        }
        for (const name of ['mouseleave', 'focusout']) {
          entry.addEventListener(name, () => this.canvas.removeMarker(id, 'is-pointed-at'));
        }
      }
    }
  }

  function describe(event) {
    const at = new Date(event.at);
    const day = at.toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short' });
    return `${day} ${event.who} ${event.what}`;
  }

  function follow(address) {
    if (!address.startsWith('#')) return location.assign(address);
    const target = document.getElementById(address.slice(1));
    if (!target) return;
    target.closest('details')?.setAttribute('open', '');
    target.setAttribute('tabindex', '-1');
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: 'center' });
  }

  function start(box) {
    new CaseDiagram(box).open().catch(error => {
      console.warn(error);
      box.replaceChildren(make('p', { class: 'diagram-failed' }, '流程图没有载入，请刷新页面；各步骤见“办理步骤”。'));
    });
  }

  document.querySelectorAll('.case-diagram').forEach(start);
})();
