// Simplified Chinese for the editor: the community dictionaries, then ours, which win.
import diagram from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import camunda from 'bpmn-js-i18n-zh/lib/camunda-properties-panel/index.js';
import panel from 'bpmn-js-i18n-zh/lib/properties-panel/index.js';
import ours from './zh.json';

const dictionary = { ...diagram, ...panel, ...camunda, ...ours };

// What stays English is collected, so that a test can name it.
export const untranslated = new Set();

export function translate(template, replacements = {}) {
  const text = dictionary[template];
  if (text === undefined && /[A-Za-z]{2}/.test(template ?? '')) untranslated.add(template);
  return String(text ?? template).replace(/{([^}]+)}/g, (slot, name) => replacements[name] ?? slot);
}

export default { translate: ['value', translate] };
