import { checkAssign, checkPath, checkReferencePath, checkTemplate } from './check-expressions.js';
import { checkLanguage, checkNumber, checkText, isExpression } from './check-values.js';
import { has, isFields, type Fields, type Findings } from './findings.js';
import { EXCLUSIVE_FIELDS, isFieldOf } from './state-fields.js';
import type { PlacedState } from './states.js';
import { parseTimestamp } from './timestamp.js';
import type { StateMachine } from './types.js';

/** The fields of one state: which there may be, which there must be, and what each holds. */
export function checkFields(
  placed: PlacedState,
  machine: StateMachine,
  type: 'STANDARD' | 'EXPRESS',
  findings: Findings,
): void {
  const { state, location, queryLanguage } = placed;
  const fields = state as unknown as Fields;
  for (const field of Object.keys(fields)) {
    if (!isFieldOf(state.Type, field)) findings.schema(`Field '${field}' is not supported`, location);
  }
  // A state that may not have its language at all is told only that.
  if (checkQueryLanguage(fields, machine, location, findings)) checkLanguage(fields, queryLanguage, location, findings);
  for (const pair of EXCLUSIVE_FIELDS) {
    if (pair.every((field) => has(fields, field) && fields[field] !== false)) {
      findings.schema(`There should only be one of the following fields: [${pair.join(', ')}]`, location);
    }
  }
  checkExpressions(placed, findings);
  checkNumbers(placed, findings);
  switch (state.Type) {
    case 'Task':
      checkTask(fields, type, location, findings);
      break;
    case 'Wait':
      checkWait(placed, findings);
      break;
    case 'Map':
      checkMap(fields, type, location, findings);
      break;
    case 'Pass':
      if (holdsPath(state.Result)) {
        findings.warning(
          'PASS_RESULT_IS_STATIC',
          'Attempted to use a path in the result of a Pass state',
          `${location}/Result`,
        );
      }
      break;
    case 'Choice':
      checkText(fields, 'Default', location, findings);
      break;
    case 'Fail':
      checkText(fields, 'Error', location, findings);
      checkText(fields, 'Cause', location, findings);
      break;
    case 'Parallel':
    case 'Succeed':
      break;
  }
  if (isFieldOf(state.Type, 'Next')) checkLeaving(fields, location, findings);
}

function checkQueryLanguage(fields: Fields, machine: StateMachine, location: string, findings: Findings): boolean {
  const language = fields.QueryLanguage;
  if (language === 'JSONPath' && machine.QueryLanguage === 'JSONata') {
    findings.schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location);
    return false;
  }
  if (language !== undefined && language !== 'JSONPath' && language !== 'JSONata') {
    findings.schema('Value should be one of the following: [JSONPath, JSONata]', `${location}/QueryLanguage`);
  }
  return true;
}

const TEMPLATES = ['Parameters', 'Arguments', 'ResultSelector', 'ItemSelector', 'Output', 'Items', 'Credentials'];
const VALUE_PATHS = [
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'SecondsPath',
  'TimestampPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
];

function checkExpressions({ state, location, queryLanguage }: PlacedState, findings: Findings): void {
  const fields = state as unknown as Fields;
  for (const field of TEMPLATES) checkTemplate(fields[field], queryLanguage, `${location}/${field}`, findings);
  checkAssign(fields.Assign, queryLanguage, `${location}/Assign`, findings);
  for (const field of ['Error', 'Cause']) checkTemplate(fields[field], queryLanguage, `${location}/${field}`, findings);
  // Fields of the other language have been refused by name already.
  if (queryLanguage === 'JSONata') return;
  for (const field of ['InputPath', 'OutputPath']) {
    checkPath(fields[field], `${location}/${field}`, findings, 'or null');
  }
  for (const field of VALUE_PATHS) checkPath(fields[field], `${location}/${field}`, findings);
  for (const field of ['ErrorPath', 'CausePath']) {
    checkPath(fields[field], `${location}/${field}`, findings, 'or intrinsic');
  }
  checkReferencePath(fields.ResultPath, `${location}/ResultPath`, findings, 'or null');
  checkReferencePath(fields.ItemsPath, `${location}/ItemsPath`, findings);
}

/** Least and most, as measured with ValidateStateMachineDefinition. */
const BOUNDS = {
  TimeoutSeconds: { least: 1, most: 99_999_999 },
  HeartbeatSeconds: { least: 1, most: 99_999_999 },
  Seconds: { least: 0, most: 99_999_999 },
  MaxConcurrency: { least: 0 },
  ToleratedFailureCount: { least: 0 },
  ToleratedFailurePercentage: { least: 0, most: 100, fraction: true },
} as const;

function checkNumbers({ state, location, queryLanguage }: PlacedState, findings: Findings): void {
  const fields = state as unknown as Fields;
  for (const [field, bounds] of Object.entries(BOUNDS)) {
    checkNumber(fields, field, { ...bounds, expression: queryLanguage === 'JSONata' }, location, findings);
  }
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = fields;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    findings.schema('HeartbeatSeconds must be smaller than TimeoutSeconds', `${location}/HeartbeatSeconds`);
  }
}

function checkTask(fields: Fields, type: 'STANDARD' | 'EXPRESS', location: string, findings: Findings): void {
  const resource = fields.Resource as string;
  const at = `${location}/Resource`;
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(resource)) {
    findings.schema(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not ` +
        'available in this region.',
      at,
    );
  } else if (type === 'EXPRESS') {
    const pattern = /\.(?:sync(?=(?::2)?$)|waitForTaskToken$)/.exec(resource)?.[0];
    if (pattern) findings.schema(`Express state machine does not support '${pattern}' service integration`, at);
    if (/^arn:[^:]+:states:[^:]*:[^:]*:activity:/.test(resource)) {
      findings.schema('Express state machine does not support Activity ARN', at);
    }
  }
}

const TIMES = ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'];

function checkWait({ state, location, queryLanguage }: PlacedState, findings: Findings): void {
  const fields = state as unknown as Fields;
  const given = TIMES.filter((field) => has(fields, field));
  if (given.length > 1) {
    findings.schema(`There should only be one of the following fields: [${TIMES.join(', ')}]`, location);
  } else if (given.length === 0) {
    findings.schema(`This object should have only one of the following fields: [${TIMES.join(', ')}]`, location);
  }
  const { Timestamp: timestamp } = fields;
  if (timestamp === undefined || (queryLanguage === 'JSONata' && isExpression(timestamp))) return;
  if (typeof timestamp !== 'string' || parseTimestamp(timestamp) === undefined) {
    findings.schema('String does not match RFC3339 timestamp', `${location}/Timestamp`);
  }
}

/** The same of the parts of a distributed Map: part, where in it, the pair. */
const EXCLUSIVE_PARTS = [
  ['ItemBatcher', ['MaxItemsPerBatch', 'MaxItemsPerBatchPath']],
  ['ItemBatcher', ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath']],
  ['ItemReader/ReaderConfig', ['MaxItems', 'MaxItemsPath']],
] as const;

function checkMap(fields: Fields, type: 'STANDARD' | 'EXPRESS', location: string, findings: Findings): void {
  for (const [part, pair] of EXCLUSIVE_PARTS) {
    const held = part.split('/').reduce<unknown>((value, name) => (isFields(value) ? value[name] : undefined), fields);
    if (isFields(held) && pair.every((field) => has(held, field))) {
      findings.schema(`There should only be one of the following fields: [${pair.join(', ')}]`, `${location}/${part}`);
    }
  }
  for (const name of ['ItemProcessor', 'Iterator']) {
    const processor = fields[name];
    if (!isFields(processor)) continue;
    // The language is the machine's or a state's own, nothing between them has one.
    if (has(processor, 'QueryLanguage')) {
      findings.schema("Field 'QueryLanguage' is not supported", `${location}/${name}`);
    }
    if (processor.ProcessorConfig === undefined) continue;
    const at = `${location}/${name}/ProcessorConfig`;
    const config = processor.ProcessorConfig;
    if (!isFields(config)) return findings.schema('Expected value of type Object', at);
    const { Mode: mode, ExecutionType: executionType } = config;
    if (mode !== undefined && mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
      findings.schema('Value should be one of the following: [INLINE, DISTRIBUTED]', `${at}/Mode`);
    }
    if (mode === 'DISTRIBUTED' && executionType === undefined) {
      findings.schema('These fields are required: [ExecutionType]', at);
    }
    if (mode === 'DISTRIBUTED' && type === 'EXPRESS') {
      findings.schema(
        "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
        `${at}/Mode`,
      );
    }
    if (mode !== 'DISTRIBUTED' && executionType !== undefined) {
      findings.schema("Field 'ExecutionType' is not supported", at);
    } else if (executionType !== undefined && executionType !== 'STANDARD' && executionType !== 'EXPRESS') {
      findings.schema('Value should be one of the following: [STANDARD, EXPRESS]', `${at}/ExecutionType`);
    }
  }
}

function checkLeaving(fields: Fields, location: string, findings: Findings): void {
  checkText(fields, 'Next', location, findings);
  if (has(fields, 'End') && typeof fields.End !== 'boolean') {
    findings.schema('Expected value of type Boolean', `${location}/End`);
  }
  if (!has(fields, 'Next') && fields.End !== true) {
    findings.schema('This object should have only one of the following fields: [Next, End]', location);
  }
}

/** A literal result with `.$` keys: they stay as they are. */
function holdsPath(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsPath);
  return isFields(value) && Object.entries(value).some(([name, held]) => name.endsWith('.$') || holdsPath(held));
}
