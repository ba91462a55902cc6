/** What a line of a function says about itself. Everything may be missing: any program may have written it. */
export interface FunctionLine {
  /** The line, where it is a JSON object. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly level?: Level;
  readonly requestId?: string;
  readonly executionArn?: string;
  readonly orderId?: string;
  readonly stateName?: string;
  /** 1 is the first try. */
  readonly attempt?: number;
}

export const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Level = (typeof LEVELS)[number];

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** Lambda's text format: START, END, REPORT and INIT lines, and those of the console: time, request id, level, text. */
const PLATFORM = new RegExp(`^(?:START|END|REPORT)\\s+RequestId:\\s+(?<id>${UUID})`, 'u');
const TABBED = new RegExp(`^(?:[0-9TZ:.+-]+\\s)?(?<id>${UUID})(?:\\t(?<level>[A-Z]+))?(?=\\s|$)`, 'u');
const EXECUTION_ARN = /^arn:aws[a-z-]*:states:[^:]+:\d{12}:(?:execution|express):/u;

/** Reads a line as its function wrote it: JSON or text, ours or anybody's. */
export function readFunctionLine(message: string): FunctionLine {
  const fields = jsonObject(message);
  return fields === undefined ? textLine(message) : jsonLine(fields);
}

function textLine(message: string): FunctionLine {
  const platform = PLATFORM.exec(message)?.groups?.['id'];
  if (platform !== undefined) {
    const failed = /\tStatus: (?:error|timeout)/u.test(message);
    return { requestId: platform, ...(failed ? { level: 'ERROR' } : {}) };
  }
  const tabbed = TABBED.exec(message)?.groups;
  if (tabbed === undefined) return {};
  const level = / Task timed out after /u.test(message) ? 'ERROR' : levelOf(tabbed['level']);
  return { requestId: tabbed['id'] ?? '', ...(level === undefined ? {} : { level }) };
}

function jsonLine(fields: Readonly<Record<string, unknown>>): FunctionLine {
  // Lambda's own lines in JSON format keep what they say in `record`.
  const record = isObject(fields['record']) ? fields['record'] : {};
  const level = levelOf(textOf(fields, 'level', 'severity', 'log_level'));
  const executionArn = [
    textOf(fields, 'executionArn', 'execution_arn', 'executionId', 'execution_id', 'ExecutionArn'),
    textOf(fields, 'execution'),
  ].find((text) => text !== undefined && EXECUTION_ARN.test(text));
  const requestId =
    textOf(fields, 'requestId', 'request_id', 'AWSRequestId', 'awsRequestId', 'function_request_id') ??
    textOf(record, 'requestId');
  const orderId = textOf(fields, 'orderId', 'order_id', 'OrderId', 'orderID');
  const stateName = textOf(fields, 'state', 'stateName', 'state_name');
  const retry = fields['retry'];
  return {
    fields,
    ...(level === undefined ? {} : { level }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(executionArn === undefined ? {} : { executionArn }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(stateName === undefined ? {} : { stateName }),
    ...(typeof retry === 'number' && Number.isSafeInteger(retry) ? { attempt: retry + 1 } : {}),
  };
}

function levelOf(text: string | undefined): Level | undefined {
  const upper = text?.toUpperCase();
  if (upper === 'WARNING') return 'WARN';
  if (upper === 'CRITICAL') return 'FATAL';
  return LEVELS.find((level) => level === upper);
}

/** Whether a line is of this level or a graver one; a line without a level counts as information. */
export function isAtLeast(level: Level | undefined, wanted: Level): boolean {
  return LEVELS.indexOf(level ?? 'INFO') >= LEVELS.indexOf(wanted);
}

function textOf(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function jsonObject(message: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/u.test(message)) return undefined;
  try {
    const value = JSON.parse(message) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
