import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from '../cli/failure.js';
import { diskFailure } from '../cli/failure-report.js';
import type { ProgressBar } from '../cli/progress-bar.js';
import { bulkFolder } from '../bulk/bulk-folder.js';
import type { OrderFile } from '../bulk/order-entries.js';
import { paceOf } from '../bulk/pace.js';
import { StartJournal } from '../bulk/start-journal.js';
import { isUpToDate, plannedStarts, startOrders, type StartLine } from '../bulk/start-orders.js';
import { stayWithEach } from '../bulk/stay.js';
import { surveyOrders, type Survey } from '../bulk/survey-orders.js';
import { startArnOf, type Environment } from '../environment/environment.js';
import { executionCalls } from '../execution/execution-calls.js';
import type { PrepareLocal } from '../execution/local-faults.js';
import { pauseFor } from '../execution/pause.js';
import { startLineText, summaryOf, summaryText, surveyText, type BulkSummary } from './bulk-report.js';
import type { Style } from './style.js';

export interface StartManyWish {
  readonly attempt: number;
  readonly dryRun: boolean;
  readonly wait: boolean;
  /** Milliseconds for all of them. */
  readonly timeout?: number | undefined;
  /** Starts a second at most; undefined: what the account's quota allows. */
  readonly rate?: number | undefined;
  readonly prepare: PrepareLocal;
}

/** How bulk work speaks to its reader. */
export interface BulkVoice {
  readonly signal: AbortSignal;
  readonly style: Style;
  part(answer: object, text?: string): Promise<void>;
  tell(text: string): void;
  progressBar(total: number, what: string): Promise<ProgressBar>;
}

/** Executions in work at the same time: AWS's answers take some 50 ms, the local environment drives each in this process. */
export const AT_ONCE = { aws: 32, local: 4 } as const;
/** Longest that bulk work waits for one call while AWS throttles; milliseconds. */
export const BULK_PATIENCE_MS = 600_000;

/**
 * Starts the orders of a file and tells what became of each.
 * @throws Failure interrupted / terminated: what was done stands in the journal, and the same command goes on with the rest
 */
export async function startMany(
  environment: Environment,
  file: OrderFile,
  wish: StartManyWish,
  voice: BulkVoice,
): Promise<BulkSummary> {
  const { attempt } = wish;
  const survey = await surveyOrders(file, attempt);
  try {
    if (wish.dryRun) return await showStarts(environment, file, survey, attempt, voice);
    return await carryOut(environment, file, survey, wish, voice);
  } finally {
    survey.index.close();
  }
}

async function carryOut(
  environment: Environment,
  file: OrderFile,
  survey: Survey,
  wish: StartManyWish,
  voice: BulkVoice,
): Promise<BulkSummary> {
  const { attempt } = wish;
  const { signal } = voice;
  const stateMachineArn = startArnOf(environment);
  // The client itself keeps nothing of what it has started; who stays with Express executions has to.
  const calls = wish.wait ? await executionCalls(environment) : await environment.clients.sfn();
  environment.limits.setPatience(BULK_PATIENCE_MS);
  const journal = await openJournal(environment, { stateMachineArn, attempt, digest: survey.digest }, voice);
  voice.tell(surveyText(survey, file.name, journal.sentBefore));
  const bar = await voice.progressBar(survey.entries, wish.wait ? 'orders ended' : 'orders started');
  let told = journal.before.total;
  let complete = false;
  try {
    const deadline = wish.timeout === undefined ? undefined : Date.now() + wish.timeout;
    const tally = await startOrders({
      calls,
      stateMachineArn,
      attempt,
      file,
      survey,
      journal,
      concurrency: AT_ONCE[environment.kind],
      pace: paceOf(wish.rate, { now: () => performance.now(), sleep: pauseFor }),
      signal,
      now: Date.now,
      marker: () => randomBytes(16).toString('hex'),
      prepare: wish.prepare,
      trusting: environment.kind === 'aws',
      stay: stayWithEach(environment, { wait: wish.wait, deadline, signal, now: Date.now }),
      startAllFirst: environment.kind === 'aws',
      onLine: async (line) => {
        told += 1;
        await voice.part(lineAnswer(line), startLineText(line, voice.style));
        bar.update(told);
      },
    });
    if (signal.aborted) throw signal.reason;
    const summary = summaryOf(environment.name, tally);
    complete = summary.outcomes.stillRunning === undefined;
    await voice.part({ summary });
    bar.stop();
    voice.tell(summaryText(summary, wish.wait || environment.local ? 'orders went well' : 'orders started'));
    return summary;
  } catch (error) {
    throw interruptedWork(
      error,
      `${told} of ${survey.entries} orders`,
      'run the same command again: it goes on with those that are left',
    );
  } finally {
    bar.stop();
    await journal.close(complete);
  }
}

/** A journal of executions that are gone (a local store that was reset) would skip orders that are not there. */
async function openJournal(
  environment: Environment,
  target: { readonly stateMachineArn: string; readonly attempt: number; readonly digest: string },
  voice: BulkVoice,
): Promise<StartJournal> {
  const journal = await StartJournal.open(bulkFolder(process.env), target);
  try {
    if (await isUpToDate(await environment.clients.sfn(), target.stateMachineArn, journal)) return journal;
    voice.tell('the executions of an earlier, interrupted run are gone: beginning anew');
    return await journal.startOver(target);
  } catch (error) {
    await journal.close(false);
    throw error;
  }
}

/** Bulk work that ended before its end says how to go on, whatever ended it. */
export function interruptedWork(error: unknown, done: string, goOn: string): unknown {
  const failure = error instanceof Failure ? error : (sdkFailure(error) ?? diskFailure(error));
  if (failure === undefined) return error;
  const { exit, message, suggestions } = failure;
  return new Failure(exit, `${message}, after ${done}`, { suggestions: [...suggestions, goOn], cause: error });
}

async function showStarts(
  environment: Environment,
  file: OrderFile,
  survey: Survey,
  attempt: number,
  voice: BulkVoice,
): Promise<BulkSummary> {
  voice.tell(surveyText(survey, file.name, 0));
  const tally = await plannedStarts(startArnOf(environment), { file, survey, attempt }, (line) =>
    voice.part(lineAnswer(line), startLineText(line, voice.style)),
  );
  const summary = summaryOf(environment.name, tally);
  await voice.part({ summary });
  voice.tell('nothing was sent');
  return summary;
}

function lineAnswer({ exit: _exit, ...line }: StartLine): object {
  return line;
}

/** Where a copy of what came through a pipe is kept while it is worked on. */
export function scratchFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(bulkFolder(env), 'input');
}
