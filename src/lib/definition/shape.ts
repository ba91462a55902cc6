import type { Diagnostic } from './diagnostic.js';
import { Findings, has, isFields, type Fields } from './findings.js';
import { STATE_TYPES } from './state-fields.js';

/** Whether a JSON value is a graph of states all the way down: what the types promise and the engine relies on. */
export function checkShape(value: unknown): readonly Diagnostic[] {
  const findings = new Findings();
  checkGraph(value, '', findings);
  return findings.diagnostics;
}

function checkGraph(value: unknown, location: string, findings: Findings): void {
  if (!isFields(value)) return findings.schema('Expected value of type Object', location);
  const missing = ['StartAt', 'States'].filter((name) => !has(value, name));
  if (missing.length > 0) return findings.schema(`These fields are required: [${missing.join(', ')}]`, location);
  if (typeof value.StartAt !== 'string') findings.schema('Expected value of type String', `${location}/StartAt`);
  const states = value.States;
  if (!isFields(states)) return findings.schema('Expected value of type Object', `${location}/States`);
  if (Object.keys(states).length === 0) return findings.schema('Value cannot be empty', `${location}/States`);
  for (const [name, state] of Object.entries(states)) checkState(state, `${location}/States/${name}`, findings);
}

function checkState(state: unknown, location: string, findings: Findings): void {
  if (!isFields(state)) return findings.schema('Expected value of type Object', location);
  if (!has(state, 'Type')) return findings.schema('These fields are required: [Type]', location);
  const { Type: type } = state;
  if (typeof type !== 'string' || !STATE_TYPES.has(type)) {
    const known = [...STATE_TYPES].join(', ');
    return findings.schema(`Value should be one of the following: [${known}]`, `${location}/Type`);
  }
  if (type === 'Parallel') checkList(state, 'Branches', location, findings, checkGraph);
  if (type === 'Choice') checkList(state, 'Choices', location, findings, checkRule);
  if (type === 'Map') checkProcessor(state, location, findings);
  if (type === 'Task') checkResource(state, location, findings);
  for (const handling of ['Retry', 'Catch']) {
    if (has(state, handling)) checkList(state, handling, location, findings, checkHandler, true);
  }
}

function checkList(
  state: Fields,
  name: string,
  location: string,
  findings: Findings,
  check: (element: unknown, location: string, findings: Findings) => void,
  mayBeEmpty = false,
): void {
  const list = state[name];
  if (list === undefined) return findings.schema(`These fields are required: [${name}]`, location);
  if (!Array.isArray(list)) return findings.schema('Expected value of type Array', `${location}/${name}`);
  if (list.length === 0 && !mayBeEmpty) return findings.schema('Value cannot be empty', `${location}/${name}`);
  for (const [position, element] of list.entries()) check(element, `${location}/${name}[${position}]`, findings);
}

function checkRule(rule: unknown, location: string, findings: Findings): void {
  if (!isFields(rule)) findings.schema('Expected value of type Object', location);
}

function checkHandler(handler: unknown, location: string, findings: Findings): void {
  if (!isFields(handler)) return findings.schema('Expected value of type Object', location);
  const errors = handler.ErrorEquals;
  if (errors === undefined) return findings.schema('These fields are required: [ErrorEquals]', location);
  if (!Array.isArray(errors) || errors.some((error) => typeof error !== 'string')) {
    findings.schema('Expected value of type Array of String', `${location}/ErrorEquals`);
  }
}

function checkProcessor(state: Fields, location: string, findings: Findings): void {
  const given = ['ItemProcessor', 'Iterator'].filter((name) => has(state, name));
  if (given.length === 0) {
    findings.schema('This object should have only one of the following fields: [ItemProcessor, Iterator]', location);
  }
  for (const name of given) checkGraph(state[name], `${location}/${name}`, findings);
}

function checkResource(state: Fields, location: string, findings: Findings): void {
  if (!has(state, 'Resource')) return findings.schema('These fields are required: [Resource]', location);
  if (typeof state.Resource !== 'string') findings.schema('Expected value of type String', `${location}/Resource`);
}
