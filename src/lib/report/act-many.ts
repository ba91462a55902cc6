import { randomUUID } from 'node:crypto';
import { Failure } from '../cli/failure.js';
import type { Progress } from '../cli/progress.js';
import type { Table } from '../cli/table.js';
import { ActJournal, unfinishedBatches, type ActKind, type BatchHead } from '../bulk/act-journal.js';
import { actOnAll, type ActLine, type ActOnAll } from '../bulk/act-on-all.js';
import type { BatchTargetKind } from '../bulk/batch-target.js';
import { bulkFolder } from '../bulk/bulk-folder.js';
import { DefinitionCheck } from '../bulk/definition-check.js';
import { paceOf } from '../bulk/pace.js';
import {
  findCandidates,
  groupsOf,
  planRedrive,
  planStop,
  type Candidate,
  type Plan,
  type Unfound,
} from '../bulk/plan-batch.js';
import { redriveItem } from '../bulk/redrive-item.js';
import { readReferences, type Reference } from '../bulk/references.js';
import { countListed, readsOf, selectExecutions } from '../bulk/selection.js';
import { stayWithEach } from '../bulk/stay.js';
import { stopItem } from '../bulk/stop-item.js';
import { Tally } from '../bulk/tally.js';
import { machineOf, type Environment } from '../environment/environment.js';
import type { Execution } from '../execution/execution.js';
import { executionCalls } from '../execution/execution-calls.js';
import type { PrepareLocal } from '../execution/local-faults.js';
import { pauseFor } from '../execution/pause.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import {
  actLineText,
  groupTable,
  planAnswer,
  readingText,
  summaryOf,
  summaryText,
  unfoundText,
  type BulkSummary,
  type PlanAnswer,
} from './bulk-report.js';
import { countText } from './count-text.js';
import { AT_ONCE, BULK_PATIENCE_MS, interruptedWork, type BulkVoice } from './start-many.js';

/** Which executions a batch is about. */
export type BatchTarget = Extract<BatchTargetKind, { kind: 'names' | 'selection' }>;

export interface ActManyWish {
  readonly kind: ActKind;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  /** Milliseconds for all of them. */
  readonly timeout?: number | undefined;
  readonly rate?: number | undefined;
  readonly reason?: string | undefined;
  readonly prepare: PrepareLocal;
  /** Where ids come from that are read from standard input. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
}

export interface ActVoice extends BulkVoice {
  /** Nothing under --json. */
  table(table: Table): Promise<void>;
  progress(text: string): Progress;
  confirm(question: string): Promise<void>;
}

const DID: Readonly<Record<ActKind, { doing: string; did: string; ask: string }>> = {
  redrive: { doing: 'redrive', did: 'redriven', ask: 'Redrive' },
  stop: { doing: 'stop', did: 'stopped', ask: 'Stop' },
};

/** Carries out what is meant: a batch of its own, or one that was interrupted. @param journal which of those, by its id */
export async function actMany(
  environment: Environment,
  target: Exclude<BatchTargetKind, { kind: 'one' }>,
  journal: string | undefined,
  wish: ActManyWish,
  voice: ActVoice,
): Promise<BulkSummary | PlanAnswer> {
  return target.kind === 'resume'
    ? resumeMany(environment, journal, wish, voice)
    : actOnMany(environment, target, wish, voice);
}

/**
 * Acts on several executions: looks at each, shows them in groups, asks, writes the plan down, and carries it out.
 * @throws Failure notFound: nothing fits · interrupted: by a no, or on the way; then the journal goes on
 */
async function actOnMany(
  environment: Environment,
  target: BatchTarget,
  wish: ActManyWish,
  voice: ActVoice,
): Promise<BulkSummary | PlanAnswer> {
  environment.limits.setPatience(BULK_PATIENCE_MS);
  const { kind } = wish;
  const folder = bulkFolder(process.env);
  for (const { id, head } of await unfinishedBatches(folder, kind, environment.name))
    voice.tell(
      `a ${kind} of ${head.begun} was interrupted: ${environment.here(`orders ${kind} --resume --journal ${id}`)} goes on with it`,
    );
  const plan = await planOf(environment, target, wish, voice);
  const groups = groupsOf(plan.items);
  const answer = planAnswer(environment.name, plan, groups);
  if (wish.dryRun) {
    await voice.table(groupTable(groups, DID[kind].doing, voice.style));
    for (const unfound of plan.unfound) voice.tell(unfoundText(unfound));
    voice.tell('nothing was done');
    return answer;
  }
  await voice.table(groupTable(groups, DID[kind].doing, voice.style));
  if (plan.changed > 0)
    voice.tell(
      `${countText(plan.changed)} began with another definition than the state machine has now, and go on with it`,
    );
  const count = answer.executions - answer.leftAlone;
  if (count > 0)
    await voice.confirm(
      `${DID[kind].ask} ${countText(count)} execution${count === 1 ? '' : 's'} in ${environment.name}?`,
    );
  await voice.part({ plan: answer });
  for (const unfound of plan.unfound) {
    const { exit: _exit, ...shown } = unfound;
    await voice.part({ verdict: unfound.exit === 'notFound' ? 'missing' : 'faulty', ...shown }, unfoundText(unfound));
  }
  const journal = await ActJournal.create(folder, headOf(environment, wish), plan.items);
  const unfound = new Tally();
  for (const { exit } of plan.unfound) unfound.add(exit);
  return carryOut(environment, journal, unfound, wish, voice);
}

/** Goes on with a batch that was interrupted: the one that is named, or the newest of this environment. */
async function resumeMany(
  environment: Environment,
  id: string | undefined,
  wish: ActManyWish,
  voice: ActVoice,
): Promise<BulkSummary> {
  environment.limits.setPatience(BULK_PATIENCE_MS);
  const folder = bulkFolder(process.env);
  const chosen = id ?? (await unfinishedBatches(folder, wish.kind, environment.name)).at(-1)?.id;
  if (chosen === undefined) {
    throw new Failure('notFound', `no ${wish.kind} was interrupted in environment ${environment.name}`, {
      suggestions: [`its journal would be in ${folder}`],
    });
  }
  const journal = await ActJournal.resume(folder, chosen);
  const { head } = journal;
  if (
    head === undefined ||
    head.kind !== wish.kind ||
    head.region !== environment.region ||
    differs(head.accountId, environment.accountId)
  ) {
    await journal.close(false);
    throw new Failure(
      'usage',
      `the journal ${chosen} is of a ${head?.kind ?? 'batch'} in environment ${head?.environment ?? '?'}, ${head?.region ?? '?'}, not in ${environment.name}`,
    );
  }
  voice.tell(`going on with the ${head.kind} of ${head.begun}: ${countText(journal.items.length)} executions`);
  return carryOut(environment, journal, new Tally(), { ...wish, reason: head.reason }, voice);
}

function differs(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}

function headOf(environment: Environment, { kind, reason }: Pick<ActManyWish, 'kind' | 'reason'>): BatchHead {
  const { name, region, accountId } = environment;
  return {
    kind,
    environment: name,
    region,
    ...(accountId === undefined ? {} : { accountId }),
    ...(reason === undefined ? {} : { reason }),
    begun: new Date().toISOString(),
  };
}

async function planOf(
  environment: Environment,
  target: BatchTarget,
  wish: ActManyWish,
  voice: ActVoice,
): Promise<Plan> {
  const calls = await executionCalls(environment);
  const progress = voice.progress('looking for executions');
  try {
    const onLook = (looked: number): void => progress.update(`${countText(looked)} executions looked at`);
    const candidates = candidatesOf(environment, target, wish, voice, calls);
    const plan =
      wish.kind === 'stop'
        ? await planStop(candidates, onLook)
        : await planRedrive(candidates, {
            calls,
            definitions: new DefinitionCheck(calls, environment.stateMachineArn),
            force: wish.force,
            now: Date.now(),
            onLook,
          });
    if (plan.items.length + plan.unfound.length > 0) return plan;
  } finally {
    progress.stop();
  }
  throw new Failure(
    'notFound',
    `there is nothing to ${DID[wish.kind].doing} in environment ${environment.name}: no execution fits`,
    {
      suggestions: ['orders list shows what there is'],
    },
  );
}

async function* candidatesOf(
  environment: Environment,
  target: BatchTarget,
  { kind, stdin }: ActManyWish,
  voice: ActVoice,
  calls: Awaited<ReturnType<typeof executionCalls>>,
): AsyncGenerator<Candidate | Unfound> {
  if (target.kind === 'names') {
    yield* findCandidates(calls, environment, references(target.names, target.fromFile, stdin));
    return;
  }
  const { selection } = target;
  // What the selection reads, and what the plan reads of each that is selected: as many at most.
  const operations = new Set([readsOf(selection), kind === 'redrive' ? 'GetExecutionHistory' : undefined]);
  let count: number | undefined;
  for (const operation of operations) {
    const share = operation === undefined ? undefined : environment.limits.share(operation);
    if (operation === undefined || share === undefined) continue;
    count ??= await countListed(calls, machineOf(environment), selection);
    voice.tell(`up to ${readingText(count, operation, share.perSecond, share.bucket)}`);
  }
  yield* selectExecutions(calls, machineOf(environment), selection);
}

async function* references(
  names: readonly string[],
  fromFile: string | undefined,
  stdin: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Reference> {
  for (const reference of names) yield { line: 0, reference };
  if (fromFile !== undefined) yield* readReferences(fromFile, stdin);
}

async function carryOut(
  environment: Environment,
  journal: ActJournal,
  unfound: Tally,
  wish: ActManyWish,
  voice: ActVoice,
): Promise<BulkSummary> {
  const { kind, reason } = wish;
  const { signal } = voice;
  const calls = await executionCalls(environment);
  const bar = await voice.progressBar(journal.items.length, `executions ${wish.wait ? 'ended' : DID[kind].did}`);
  let told = 0;
  let complete = false;
  const sources = { now: Date.now, uuid: randomUUID, pause: () => pauseFor(500) };
  const act: ActOnAll['act'] = (item, earlier, noteIntent) =>
    kind === 'redrive'
      ? redriveItem(calls, item, earlier, noteIntent, sources)
      : stopItem(calls, item, reason ?? 'stopped with orders stop', sources.pause);
  const deadline = wish.timeout === undefined ? undefined : Date.now() + wish.timeout;
  try {
    const tally = await actOnAll({
      journal,
      act,
      prepare: wish.prepare,
      concurrency: AT_ONCE[environment.kind],
      pace: paceOf(wish.rate, { now: () => performance.now(), sleep: pauseFor }),
      signal,
      stay:
        kind === 'stop' ? undefined : stayWithEach(environment, { wait: wish.wait, deadline, signal, now: Date.now }),
      actFirst: environment.kind === 'aws',
      onLine: async (line) => {
        told += 1;
        await voice.part(lineAnswer(line), actLineText(line, voice.style));
        bar.update(told);
      },
    });
    if (signal.aborted) throw signal.reason;
    for (const [exit, count] of unfound.entries()) tally.add(exit, count);
    const more = { journal: journal.id, ...(reason === undefined ? {} : { reason }) };
    const summary = summaryOf(environment.name, tally, more);
    const { stillRunning, bug } = summary.outcomes;
    complete = stillRunning === undefined && bug === undefined;
    await voice.part({ summary });
    bar.stop();
    voice.tell(summaryText(summary, wish.wait ? 'went well' : DID[kind].did));
    if (!complete) voice.tell(`next: ${environment.here(`orders ${kind} --resume --journal ${journal.id}`)}`);
    return summary;
  } catch (error) {
    throw interruptedWork(
      error,
      `${told} of ${journal.items.length} executions`,
      `${environment.here(`orders ${kind} --resume --journal ${journal.id}`)} goes on with those that are left`,
    );
  } finally {
    bar.stop();
    await journal.close(complete);
  }
}

function lineAnswer({ exit: _exit, ...line }: ActLine): object {
  return line;
}

/** Keeps why a single execution was redriven, as a batch does. */
export async function recordOne(
  environment: Environment,
  { execution, orderId, attempt }: FoundExecution,
  after: Execution,
  reason: string,
): Promise<void> {
  const { executionArn, name, status, redriveCount } = execution;
  const item = { executionArn, name, ...(orderId === undefined ? {} : { orderId }), attempt, status, redriveCount };
  const head = headOf(environment, { kind: 'redrive', reason });
  const journal = await ActJournal.create(bulkFolder(process.env), head, [item]);
  await journal.noteResult(0, {
    verdict: 'redriven',
    status: after.status,
    redriveCount: after.redriveCount,
    exit: 'done',
  });
  await journal.close(true);
}
