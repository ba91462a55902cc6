import { sanitize } from '../cli/sanitize.js';
import type { Environment } from '../environment/environment.js';
import { isDriven } from '../execution/driver-state.js';
import type { RedriveVerdict } from '../execution/redrive-verdict.js';
import { openEnds, type LedgerView, type OpenEnd } from '../explain/ledger-view.js';
import type { Explanation } from '../explain/explain-execution.js';
import type { FailedChild } from '../explain/failed-children.js';
import { maskJsonText } from '../history/personal-data.js';
import { maskFields, maskText } from '../logs/mask-line.js';
import type { Completeness } from '../logs/completeness.js';
import { pathText, type Visit } from '../history/visit.js';
import { expressNextSteps } from './completeness-report.js';
import { consolePage, executionFacts, type ExecutionFacts } from './execution-facts.js';
import { nextSteps } from './next-step.js';
import { failureAnswer, type FailureAnswer } from './root-cause-report.js';

/** What `explain --json` prints. */
export interface ExplainAnswer extends ExecutionFacts {
  /** Why it failed; `trace` and `requestId` where the cause has them. */
  readonly failure?: FailureAnswer & {
    readonly errorType?: string;
    readonly trace?: readonly string[];
    readonly requestId?: string;
    readonly childExecutionArn?: string;
    readonly functionName?: string;
  };
  /** Where a running execution stands. */
  readonly standsIn?: string;
  /** Errors that did not end the execution: retried with success, or caught. */
  readonly survived: readonly Survived[];
  readonly ledger: LedgerAnswer;
  readonly log?: LogAnswer;
  readonly failedChildren?: {
    readonly mapRunArn: string;
    readonly total?: number;
    readonly shown: readonly FailedChild[];
    readonly more: boolean;
  };
  readonly redrive: RedriveVerdict;
  /** Local: whether somebody drives it. */
  readonly driven?: boolean;
  /** The console's page, on AWS. */
  readonly console?: string;
  /** Express: how much of it the log tells. */
  readonly completeness?: Completeness;
  /** Events that should be there and were not read: the answer may be wrong. */
  readonly missingEvents?: number;
  readonly next: readonly string[];
}

export interface Survived {
  readonly stateName: string;
  readonly where?: string;
  readonly how: 'retried' | 'caught';
  readonly error: string;
  /** Attempts that failed. */
  readonly failures: number;
}

export type LedgerAnswer =
  | ({ readonly read: true; readonly openEnds: readonly OpenEnd[] } & LedgerView)
  | { readonly read: false; readonly reason: string };

export type LogAnswer =
  | {
      readonly read: true;
      readonly logGroup: string;
      readonly lines: readonly LogLineAnswer[];
      readonly more: boolean;
    }
  | { readonly read: false; readonly reason: string };

export interface LogLineAnswer {
  readonly time: Date;
  readonly level?: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @param now epoch milliseconds @param masked whether personal data in causes and log lines is hidden */
export function explainAnswer(
  environment: Environment,
  explanation: Explanation,
  now: number,
  masked: boolean,
): ExplainAnswer {
  const { found, inspection } = explanation;
  const { execution, orderId } = found;
  const { history, redrive } = inspection;
  const driven = isDriven(environment, execution);
  const failure = failureOf(explanation, masked);
  const url = consolePage(environment, execution.executionArn);
  const open = explanation.visit?.outcome === 'running' ? explanation.visit : undefined;
  const driver = driven === undefined ? 'elsewhere' : driven ? 'alive' : 'none';
  return {
    ...executionFacts(environment, found, now),
    ...(failure && { failure }),
    ...(open && { standsIn: placeOf(open) }),
    survived: survivedErrors(history.visits).filter((one) => !isFailure(one, failure)),
    ledger: ledgerAnswer(explanation),
    ...(explanation.log && { log: logAnswer(explanation.log, masked, orderId === undefined ? [] : [orderId]) }),
    ...(explanation.children && { failedChildren: maskedChildren(explanation.children, masked) }),
    redrive,
    ...(driven === undefined ? {} : { driven }),
    ...(url === undefined ? {} : { console: url }),
    ...(history.missingEvents === undefined ? {} : { missingEvents: history.missingEvents }),
    ...(inspection.completeness === undefined ? {} : { completeness: inspection.completeness }),
    next:
      inspection.completeness === undefined
        ? nextSteps(environment, found, inspection, driver)
        : expressNextSteps(environment, found, inspection),
  };
}

function failureOf(explanation: Explanation, masked: boolean): ExplainAnswer['failure'] {
  const cause = explanation.inspection.history.failure;
  if (cause === undefined) return undefined;
  const { errorType, trace, requestId, childExecutionArn } = cause.cause ?? {};
  const { functionName } = explanation;
  const answer = failureAnswer(cause);
  return {
    ...answer,
    ...(answer.message === undefined ? {} : { message: masked ? maskJsonText(answer.message) : answer.message }),
    ...(errorType === undefined ? {} : { errorType }),
    ...(trace === undefined ? {} : { trace }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(childExecutionArn === undefined ? {} : { childExecutionArn }),
    ...(functionName === undefined ? {} : { functionName }),
  };
}

/** Failed attempts that were retried with success, and errors that were caught; of a Parallel or Map only its own. */
function survivedErrors(visits: readonly Visit[]): Survived[] {
  const found = new Map<string, Survived>();
  for (const visit of visits) {
    if (visit.outcome !== 'succeeded' && visit.outcome !== 'caught') continue;
    if (visit.stateType === 'Parallel' || (visit.stateType === 'Map' && visit.mapRunArn === undefined)) continue;
    const failed = visit.attempts.filter(({ outcome }) => outcome === 'failed' || outcome === 'timed-out');
    const error = failed.at(-1)?.error;
    if (error === undefined) continue;
    const how = visit.outcome === 'caught' ? 'caught' : 'retried';
    // Items of a Map that all stumbled over the same thing are one line.
    const where = pathText(visit.path.filter(({ kind }) => kind === 'branch'));
    const key = JSON.stringify([visit.stateName, where, how, error]);
    const before = found.get(key);
    found.set(key, {
      stateName: visit.stateName,
      ...(where === '' ? {} : { where }),
      how,
      error,
      failures: (before?.failures ?? 0) + failed.length,
    });
  }
  return [...found.values()];
}

/** What a Fail state reports was caught before, but it is the failure and not something that went well. */
function isFailure(one: Survived, failure: FailureAnswer | undefined): boolean {
  return one.how === 'caught' && one.stateName === failure?.stateName && one.error === failure.error;
}

function placeOf(visit: Visit): string {
  const where = pathText(visit.path);
  return where === '' ? visit.stateName : `${visit.stateName} (${where})`;
}

function ledgerAnswer({ ledger }: Explanation): LedgerAnswer {
  return ledger.read ? { read: true, ...ledger.rows, openEnds: openEnds(ledger.rows) } : ledger;
}

function logAnswer(log: NonNullable<Explanation['log']>, masked: boolean, known: readonly string[]): LogAnswer {
  if (!log.read || !masked) return log;
  const lines = log.lines.map((line) => ({
    ...line,
    message: maskText(maskJsonText(line.message), known),
    fields: maskFields(line.fields, known),
  }));
  return { ...log, lines };
}

function maskedChildren(
  children: NonNullable<Explanation['children']>,
  masked: boolean,
): NonNullable<ExplainAnswer['failedChildren']> {
  if (!masked) return children;
  const shown = children.shown.map((child) =>
    child.message === undefined ? child : { ...child, message: maskJsonText(child.message) },
  );
  return { ...children, shown };
}

/** A line of a log in one text: level, message, what else it says. */
export function logLineText(line: LogLineAnswer): string {
  const fields = Object.entries(line.fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return sanitize([line.level, line.message, ...fields].filter((part) => part !== undefined && part !== '').join(' '));
}
