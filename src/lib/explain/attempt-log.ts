import type { Environment } from '../environment/environment.js';
import { pauseFor } from '../execution/pause.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import type { Attempt } from '../history/visit.js';
import { IdSequence } from '../logs/id-sequence.js';
import { openOrderLog } from '../logs/open-order-log.js';
import type { ShownLine } from '../logs/order-line.js';
import { OrderLog } from '../logs/read-order-lines.js';
import { LineTagger } from '../logs/tag-lines.js';
import { unreadable } from './ledger-view.js';

/** One line that a function wrote; not masked. */
export interface AttemptLine {
  readonly time: Date;
  readonly level?: string;
  readonly message: string;
  /** What else a line in JSON says. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A state's attempt and the function it called. */
export interface AttemptPlace {
  readonly functionName: string;
  readonly stateName: string;
  readonly attempt: Attempt;
}

export type AttemptLog =
  | { readonly read: true; readonly logGroup: string; readonly lines: readonly AttemptLine[]; readonly more: boolean }
  | { readonly read: false; readonly reason: string };

const SLACK_BEFORE = 2_000;
/** A function goes on writing after its task has timed out, and clocks differ. */
const SLACK_AFTER = 60_000;
/** The newest ones are kept. */
const MOST_LINES = 200;

/** Members that every line carries and the answer has said already, and those for metrics. */
const COMMON: ReadonlySet<string> = new Set([
  'timestamp', 'time', 'level', 'message', 'function', 'orderId', 'attempt', 'executionArn', 'state', 'retry', 'redrive', '_aws',
]); // prettier-ignore

/** The lines of the function that a state's attempt called, found and tagged as `orders logs` does it. @param now epoch milliseconds */
export async function readAttemptLog(
  environment: Environment,
  found: FoundExecution,
  place: AttemptPlace,
  now: number,
): Promise<AttemptLog | undefined> {
  const { attempt, functionName } = place;
  try {
    const { scope } = await openOrderLog(environment, found, { functionName }, now);
    const functions = scope.functions.filter((one) => one.functionName === functionName);
    const [where] = functions;
    if (where === undefined) return undefined;
    const { machineGroup: _events, ...rest } = scope;
    const log = new OrderLog({
      calls: await environment.clients.logs(),
      clock: { now: Date.now, pause: pauseFor },
      scope: { ...rest, functions },
      ids: new IdSequence(),
      tagger: new LineTagger(),
    });
    const lines: AttemptLine[] = [];
    let more = false;
    const to = Math.ceil((attempt.end ?? now) + SLACK_AFTER);
    for await (const shown of log.read({ from: Math.floor(attempt.start - SLACK_BEFORE), to })) {
      const line = lineOf(shown, place);
      if (line === undefined) continue;
      lines.push(line);
      if (lines.length > MOST_LINES) {
        lines.shift();
        more = true;
      }
    }
    const reason = log.unreadable.get(where.group);
    return reason === undefined
      ? { read: true, logGroup: where.group, lines, more }
      : { read: false, reason: `${where.group}: ${reason}` };
  } catch (error) {
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    return { read: false, reason };
  }
}

function lineOf({ line, tag }: ShownLine, { stateName, attempt }: AttemptPlace): AttemptLine | undefined {
  if (tag !== undefined && tag.stateName !== stateName) return undefined;
  if (tag?.attempt !== undefined && tag.attempt !== attempt.number) return undefined;
  const { fields, level } = line.said ?? {};
  if (isPlatform(line.message, fields)) return undefined;
  const redrive = fields?.['redrive'];
  if (typeof redrive === 'number' && redrive !== attempt.run) return undefined;
  const message = fields === undefined ? line.message.trimEnd() : fields['message'];
  return {
    time: new Date(line.timestamp),
    ...(level === undefined ? {} : { level }),
    message: typeof message === 'string' ? message : JSON.stringify(message ?? ''),
    fields: Object.fromEntries(
      Object.entries(fields ?? {}).filter(([key, value]) => !COMMON.has(key) && value !== undefined && value !== null),
    ),
  };
}

/** What Lambda writes by itself around each call. */
function isPlatform(text: string, fields: Readonly<Record<string, unknown>> | undefined): boolean {
  const type = fields?.['type'];
  return typeof type === 'string'
    ? type.startsWith('platform.')
    : /^(?:START|END|REPORT|INIT_START|EXTENSION)\b/.test(text);
}
