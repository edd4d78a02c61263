// The properties panel without the groups whose content a deployment refuses: code of any kind, and what
// belongs to another engine's job queue. Roles come from lanes, so nobody is assigned here either.
const REFUSED = new Set([
  'ConnectorInput', 'ConnectorOutput', 'ExecutionListener', 'FieldInjection', 'FormData',
  'JobExecution', 'Script', 'StartInitiator', 'CandidateStarter', 'TaskListener', 'Tasklist'
].map(name => `CamundaPlatform__${name}`));

const BELOW_CAMUNDA = 100; // a lower priority runs later and sees the groups that Camunda's provider has added

function HideRefused(propertiesPanel) {
  propertiesPanel.registerProvider(BELOW_CAMUNDA, this);
}
HideRefused.$inject = ['propertiesPanel'];
HideRefused.prototype.getGroups = () => groups => groups.filter(group => !REFUSED.has(group?.id));

export default { __init__: ['hideRefused'], hideRefused: ['type', HideRefused] };
