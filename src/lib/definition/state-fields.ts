/** Which field belongs to which type of state and query language, as ValidateStateMachineDefinition knows them. */
import type { StateType } from './types.js';

const PATHS = ['InputPath', 'OutputPath'] as const;
const LEAVING = ['Next', 'End'] as const;
const HANDLING = ['Retry', 'Catch'] as const;

/** Besides Type, Comment and QueryLanguage, which every state may have. */
const FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Task: [
    ...PATHS, ...LEAVING, ...HANDLING, 'Resource', 'Parameters', 'Arguments', 'ResultSelector', 'ResultPath', 'Output',
    'Assign', 'Credentials', 'TimeoutSeconds', 'TimeoutSecondsPath', 'HeartbeatSeconds', 'HeartbeatSecondsPath',
  ], // prettier-ignore
  Pass: [...PATHS, ...LEAVING, 'Result', 'ResultPath', 'Parameters', 'Output', 'Assign'],
  Choice: [...PATHS, 'Output', 'Assign', 'Choices', 'Default'],
  Wait: [...PATHS, ...LEAVING, 'Output', 'Assign', 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Parallel: [
    ...PATHS, ...LEAVING, ...HANDLING, 'Branches', 'Parameters', 'Arguments', 'ResultSelector', 'ResultPath', 'Output',
    'Assign',
  ], // prettier-ignore
  Map: [
    ...PATHS, ...LEAVING, ...HANDLING, 'Parameters', 'ResultSelector', 'ResultPath', 'Output', 'Assign', 'ItemProcessor',
    'Iterator', 'ItemsPath', 'Items', 'ItemSelector', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'MaxConcurrency',
    'MaxConcurrencyPath', 'ToleratedFailureCount', 'ToleratedFailureCountPath', 'ToleratedFailurePercentage',
    'ToleratedFailurePercentagePath', 'Label',
  ], // prettier-ignore
  Succeed: [...PATHS, 'Output'],
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
};

export const STATE_TYPES: ReadonlySet<string> = new Set(Object.keys(FIELDS));

const allowed = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, new Set([...fields, 'Type', 'Comment', 'QueryLanguage'])]),
);

export function isFieldOf(type: StateType, field: string): boolean {
  return allowed.get(type)!.has(field);
}

/** Fields of states, catchers and choice rules that only one of the languages has. */
export const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  ...PATHS, 'ResultPath', 'ResultSelector', 'Parameters', 'Result', 'ItemsPath', 'TimeoutSecondsPath',
  'HeartbeatSecondsPath', 'SecondsPath', 'TimestampPath', 'MaxConcurrencyPath', 'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath', 'ErrorPath', 'CausePath', 'Variable',
]); // prettier-ignore

export const JSONATA_FIELDS: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items', 'Condition']);

/** Pairs of which a state has at most one. */
export const EXCLUSIVE_FIELDS = [
  ['Next', 'End'],
  ['TimeoutSeconds', 'TimeoutSecondsPath'],
  ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
  ['Error', 'ErrorPath'],
  ['Cause', 'CausePath'],
  ['ItemProcessor', 'Iterator'],
] as const;
