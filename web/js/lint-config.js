// The checks that the editor shows while one draws: bpmnlint's recommended rules and those of our engine.
// They advise; what may be deployed is decided by `qilian process check`.
import conditionalFlows from 'bpmnlint/rules/conditional-flows.js';
import endEventRequired from 'bpmnlint/rules/end-event-required.js';
import eventBasedGateway from 'bpmnlint/rules/event-based-gateway.js';
import fakeJoin from 'bpmnlint/rules/fake-join.js';
import labelRequired from 'bpmnlint/rules/label-required.js';
import noComplexGateway from 'bpmnlint/rules/no-complex-gateway.js';
import noDisconnected from 'bpmnlint/rules/no-disconnected.js';
import noDuplicateFlows from 'bpmnlint/rules/no-duplicate-sequence-flows.js';
import noGatewayJoinFork from 'bpmnlint/rules/no-gateway-join-fork.js';
import noImplicitEnd from 'bpmnlint/rules/no-implicit-end.js';
import noImplicitSplit from 'bpmnlint/rules/no-implicit-split.js';
import noImplicitStart from 'bpmnlint/rules/no-implicit-start.js';
import noOverlap from 'bpmnlint/rules/no-overlapping-elements.js';
import singleBlankStart from 'bpmnlint/rules/single-blank-start-event.js';
import startEventRequired from 'bpmnlint/rules/start-event-required.js';
import superfluousGateway from 'bpmnlint/rules/superfluous-gateway.js';

const rule = (type, isBad, message) => () => ({
  check(node, reporter) {
    if (node.$type === type && isBad(node)) reporter.report(node.id, message);
  }
});

const hasDefault = gateway => gateway.default || (gateway.outgoing ?? []).length < 2;

const rules = {
  'conditional-flows': ['error', conditionalFlows],
  'end-event-required': ['error', endEventRequired],
  'event-based-gateway': ['error', eventBasedGateway],
  'fake-join': ['warn', fakeJoin],
  'label-required': ['error', labelRequired],
  'no-complex-gateway': ['error', noComplexGateway],
  'no-disconnected': ['error', noDisconnected],
  'no-duplicate-sequence-flows': ['error', noDuplicateFlows],
  'no-gateway-join-fork': ['error', noGatewayJoinFork],
  'no-implicit-end': ['error', noImplicitEnd],
  'no-implicit-split': ['error', noImplicitSplit],
  'no-implicit-start': ['error', noImplicitStart],
  'no-overlapping-elements': ['warn', noOverlap],
  'single-blank-start-event': ['error', singleBlankStart],
  'start-event-required': ['error', startEventRequired],
  'superfluous-gateway': ['warn', superfluousGateway],
  'form-required': ['error', rule('bpmn:UserTask', task => !task.get('camunda:formRef'), '用户任务没有指定表单')],
  'topic-required': ['error', rule('bpmn:ServiceTask', task => !task.get('camunda:topic'), '服务任务没有指定主题')],
  'default-required': ['error', rule('bpmn:ExclusiveGateway', gateway => !hasDefault(gateway), '分支网关没有默认流向')],
  'no-script': ['error', rule('bpmn:ScriptTask', () => true, '不允许脚本任务')]
};

export default {
  config: { rules: Object.fromEntries(Object.entries(rules).map(([name, [severity]]) => [name, severity])) },
  resolver: { resolveRule: (_package, name) => rules[name][1] }
};
