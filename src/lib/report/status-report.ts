import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { Environment } from '../environment/environment.js';
import { isDriven } from '../execution/driver-state.js';
import { endedBadly } from '../execution/execution.js';
import { executionCalls } from '../execution/execution-calls.js';
import { inspectExecution, type Inspection } from '../execution/inspect-execution.js';
import { readFailedChildren, type FailedChildren } from '../explain/failed-children.js';
import type { RedriveVerdict } from '../execution/redrive-verdict.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import type { Completeness } from '../logs/completeness.js';
import { completenessLines, expressNextSteps, otherRunsLine } from './completeness-report.js';
import { consolePage, executionFacts, type ExecutionFacts } from './execution-facts.js';
import { failedChildrenLines } from './failed-children-lines.js';
import { nextSteps } from './next-step.js';
import { failureAnswer, rootCauseLines, type FailureAnswer } from './root-cause-report.js';
import { summarizeStates, type StateSummary } from './state-summary.js';
import { outcomeText, type Style } from './style.js';
import { durationText, timeText } from './time-text.js';

/** Where an execution stands; what `status --json` prints, and part of the answers of start and redrive. */
export interface StatusAnswer extends ExecutionFacts {
  readonly error?: string;
  readonly cause?: string;
  readonly failure?: FailureAnswer;
  readonly redrive: RedriveVerdict;
  readonly states: readonly StateSummary[];
  /** Local: whether somebody drives it. */
  readonly driven?: boolean;
  /** The console's page, on AWS. */
  readonly console?: string;
  readonly next: readonly string[];
  /** Express: how much of it the log tells. */
  readonly completeness?: Completeness;
  /** Express: other runs of the same name, newest first. */
  readonly otherRuns?: readonly string[];
  /** Of the Map Run that failed: its child executions that did not succeed, a few of them. */
  readonly failedChildren?: FailedChildren;
}

export interface Status {
  readonly answer: StatusAnswer;
  readonly inspection: Inspection;
}

/** So many failed children of a Map Run are named: each is a call of its own. */
const FAILED_CHILDREN = 5;

/** Reads everything that a status says. @param now epoch milliseconds */
export async function readStatus(environment: Environment, found: FoundExecution, now: number): Promise<Status> {
  const { execution } = found;
  const inspection = await inspectExecution(await executionCalls(environment), execution, now);
  const { history, redrive } = inspection;
  const mapRunArn = history.failure?.mapRunArn;
  const failedChildren =
    mapRunArn === undefined
      ? undefined
      : await readFailedChildren(await executionCalls(environment), mapRunArn, FAILED_CHILDREN);
  const driven = isDriven(environment, execution);
  const url = consolePage(environment, execution.executionArn);
  const answer: StatusAnswer = {
    ...executionFacts(environment, found, now),
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...(execution.cause === undefined ? {} : { cause: execution.cause }),
    ...(history.failure === undefined ? {} : { failure: failureAnswer(history.failure) }),
    redrive,
    states: summarizeStates(history.visits, history.runs, now),
    ...(driven === undefined ? {} : { driven }),
    ...(url === undefined ? {} : { console: url }),
    next:
      inspection.completeness === undefined
        ? nextSteps(environment, found, inspection, driven === undefined ? 'elsewhere' : driven ? 'alive' : 'none')
        : expressNextSteps(environment, found, inspection),
    ...(inspection.completeness === undefined ? {} : { completeness: inspection.completeness }),
    ...(found.otherRuns === undefined ? {} : { otherRuns: found.otherRuns }),
    ...(failedChildren === undefined ? {} : { failedChildren }),
  };
  return { answer, inspection };
}

/** The head of a status: who, how it stands, when. */
export function statusLines(status: Status, now: number, style: Style): string[] {
  const { answer } = status;
  const who = answer.orderId === undefined ? `execution ${sanitize(answer.name)}` : `order ${sanitize(answer.orderId)}`;
  const attempt = answer.attempt > 1 ? `, attempt ${answer.attempt}` : '';
  const redrives =
    answer.redriveCount > 0 ? `, redriven ${answer.redriveCount === 1 ? 'once' : `${answer.redriveCount} times`}` : '';
  // A log without the start does not tell how long it took.
  const startLogged = answer.completeness?.start ?? true;
  const lines = [
    `${style.paint('bold', who)}${attempt}  ${outcomeText(answer.status, style)}${startLogged ? `  ${durationText(answer.duration)}` : ''}${redrives}`,
    startLogged
      ? `started  ${timeText(answer.startDate, now, style)}`
      : `started  not logged; its first line is of ${timeText(answer.startDate, now, style)}`,
  ];
  if (answer.stopDate) lines.push(`ended    ${timeText(answer.stopDate, now, style)}`);
  lines.push(`arn      ${sanitize(answer.executionArn)}`);
  if (answer.console !== undefined) lines.push(`console  ${answer.console}`);
  if (answer.completeness !== undefined) lines.push(...completenessLines(answer.completeness));
  if (answer.otherRuns !== undefined) lines.push(otherRunsLine(answer.otherRuns));
  if (answer.driven === false) lines.push(style.paint('yellow', 'nobody drives it'));
  return lines;
}

/** Why it failed and whether a redrive helps; nothing while all is well. */
export function failureLines({ answer, inspection }: Status, now: number, style: Style): string[] {
  const { failure } = inspection.history;
  const lines = failure === undefined ? [] : rootCauseLines(failure, style);
  if (answer.failedChildren !== undefined)
    lines.push('  failed children', ...failedChildrenLines(answer.failedChildren).map((line) => `    ${line}`));
  if (endedBadly(answer.status)) lines.push(redriveLine(answer.redrive, now, style));
  return lines;
}

export function redriveLine(verdict: RedriveVerdict, now: number, style: Style): string {
  const warnings = verdict.warnings.map((warning) => `\n  ${warning}`).join('');
  if (!verdict.helps)
    return `a redrive ${verdict.eligible ? 'does not help' : 'is not possible'}: ${sanitize(verdict.reason ?? '')}${warnings}`;
  const until = verdict.until === undefined ? '' : `, until ${timeText(verdict.until, now, style)}`;
  return `a redrive goes on from there${until}${warnings}`;
}

/** One row a state; visits of the same state in items of a Map, or in a loop, are counted together. */
export function stateTable(states: readonly StateSummary[], style: Style): Table {
  return {
    head: ['State', 'Result', 'Visits', 'Attempts', 'Time'],
    rows: states.map((state) => [
      `${'  '.repeat(state.depth)}${sanitize(state.stateName)}`,
      outcomeText(state.outcome, style),
      String(state.visits),
      state.attempts === 0 ? '' : String(state.attempts),
      durationText(state.duration),
    ]),
    right: [2, 3, 4],
  };
}
