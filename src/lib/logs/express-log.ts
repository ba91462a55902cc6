import { Failure } from '../cli/failure.js';
import { findExpressRuns, LONG_AGO, RECENT, type ExpressRun } from './find-express-runs.js';
import { quoted, readLogLines } from './filter-log-events.js';
import { listExpressExecutions, type ExpressList } from './list-express-executions.js';
import type { LogClock, LogsCalls } from './log-calls.js';
import { EXPRESS_LIFETIME } from './completeness.js';
import { rebuildExecution, type LoggedExecution } from './logged-execution.js';
import type { MachineLog } from './machine-log.js';

/** Lines of an execution lie within this distance of any one of them; milliseconds. */
const REACH = EXPRESS_LIFETIME + 60_000;

/**
 * Express executions, read from the log group of their machine, which is the only place where they leave anything.
 * What was read last is kept, so that a description and the history that follows it tell of the same moment.
 */
export class ExpressLog {
  private readonly found = new Map<string, ExpressRun>();
  private readonly started = new Map<string, number>();
  private last: LoggedExecution | undefined;
  /** What a person should know about the way an answer was found; taken by who shows it. */
  readonly remarks: string[] = [];

  constructor(
    private readonly calls: () => Promise<LogsCalls>,
    /** Asked once for each machine. */
    readonly machineLog: (machineArn: string) => Promise<MachineLog>,
    private readonly clock: LogClock,
  ) {}

  /** Runs of an execution's name, newest first. @throws Failure (checkFailed) where the machine logs nothing */
  async runsOf(machineArn: string, name: string): Promise<readonly ExpressRun[]> {
    return this.find(machineArn, `${machineArn.replace(':stateMachine:', ':express:')}:${name}:`);
  }

  /**
   * @param expected whether lines may still be on their way
   * @returns undefined when there is no line, and there would be some at this level, or will be
   * @throws Failure (checkFailed) when the log cannot tell
   */
  async read(executionArn: string, expected = false): Promise<LoggedExecution | undefined> {
    const machineArn = machineOfExpress(executionArn);
    const log = await this.machineLog(machineArn);
    const known = this.found.get(executionArn) ?? (await this.find(machineArn, executionArn))[0];
    if (known === undefined || log.group === undefined) {
      if (!expected) assertTold(log, executionArn);
      return undefined;
    }
    const range = { group: log.group, from: known.last - REACH, to: known.first + REACH };
    const messages: string[] = [];
    const pattern = `{ $.execution_arn = ${quoted(executionArn)} }`;
    const calls = await this.calls();
    for await (const line of readLogLines(calls, { ...range, pattern })) messages.push(line.message);
    this.last = rebuildExecution(executionArn, messages, log, this.clock.now());
    if (this.last === undefined && !expected) assertTold(log, executionArn);
    return this.last;
  }

  /** An execution that was started just now: its first lines are on their way. @param time epoch milliseconds */
  expect(executionArn: string, time: number): void {
    this.started.set(executionArn, time);
    this.found.set(executionArn, { executionArn, first: time, last: time });
  }

  /**
   * When an execution of which nothing is logged yet was started, while it may still run or its lines are on their way.
   *
   * @throws Failure (checkFailed) where its machine logs nothing, so that there is nothing to wait for
   */
  async expectedSince(executionArn: string): Promise<number | undefined> {
    const time = this.started.get(executionArn);
    if (time === undefined || this.clock.now() - time > REACH) return undefined;
    const machineArn = machineOfExpress(executionArn);
    if ((await this.machineLog(machineArn)).group === undefined) throw logsNothing(machineArn);
    return time;
  }

  /** What was read last, when it was this one; else reads it. */
  async snapshot(executionArn: string, expected = false): Promise<LoggedExecution | undefined> {
    return this.last?.executionArn === executionArn ? this.last : this.read(executionArn, expected);
  }

  /** @throws Failure (checkFailed) when the machine logs nothing */
  async list(
    machineArn: string,
    wish: { readonly since?: number; readonly status?: string; readonly limit: number },
  ): Promise<ExpressList> {
    const log = await this.machineLog(machineArn);
    if (log.group === undefined) throw logsNothing(machineArn);
    const since = wish.since ?? this.clock.now() - RECENT;
    const list = await listExpressExecutions(
      await this.calls(),
      { ...wish, machineArn, group: log.group, level: log.level, since },
      this.clock,
    );
    if (wish.since === undefined) this.remark('Express executions of the last 3 hours; --since looks further back');
    if (list.by === 'insights')
      this.remark(
        'read with a Logs Insights query, which costs by the data it scans: the range is longer than 3 hours',
      );
    if (list.cut)
      this.remark(
        'there were too many lines for one answer: the oldest executions are missing; a later --since shows fewer',
      );
    if (log.level !== 'ALL') this.remark(levelSentence(log));
    return list;
  }

  private remark(text: string): void {
    if (!this.remarks.includes(text)) this.remarks.push(text);
  }

  private async find(machineArn: string, prefix: string): Promise<readonly ExpressRun[]> {
    const log = await this.machineLog(machineArn);
    if (log.group === undefined) throw logsNothing(machineArn);
    const { runs, searched } = await findExpressRuns(await this.calls(), log.group, prefix, this.clock);
    for (const run of runs) this.found.set(run.executionArn, run);
    if (runs.length > 0 && searched === 'history') {
      this.remark(
        `found with a Logs Insights query over ${LONG_AGO / 86_400_000} days: the last ${RECENT / 3_600_000} hours, which are read directly, have nothing of it`,
      );
    }
    return runs;
  }
}

/** Where no line is found: at level ALL there would be one. @throws Failure (checkFailed) at any other level */
export function assertTold(log: MachineLog, what: string): void {
  if (log.level === 'ALL') return;
  throw new Failure('checkFailed', `nothing is logged about ${what}, which says nothing: ${levelSentence(log)}`, {
    suggestions: ['it may have succeeded, be running, or never have been started', 'log level ALL would tell'],
  });
}

/** What a level shows and keeps back. */
export function levelSentence({ level }: Pick<MachineLog, 'level'>): string {
  switch (level) {
    case 'ALL':
      return 'log level ALL keeps every event';
    case 'ERROR':
      return 'log level ERROR keeps failed, timed out and aborted events only, no start and no success';
    case 'FATAL':
      return 'log level FATAL keeps only the end of executions that failed, timed out or were aborted';
    case 'OFF':
      return 'log level OFF keeps nothing';
  }
}

function logsNothing(machineArn: string): Failure {
  return new Failure(
    'checkFailed',
    `the Express state machine ${machineArn} logs nothing, so nobody can tell what it ran`,
    {
      suggestions: [
        'set its log level to ALL, with a log group; Step Functions keeps nothing of Express executions itself',
      ],
    },
  );
}

/** From `...:express:MACHINE:NAME:UUID` to `...:stateMachine:MACHINE`; children of a Map Run log to their parent's group. */
export function machineOfExpress(executionArn: string): string {
  return executionArn.split(':').slice(0, 7).join(':').replace(':express:', ':stateMachine:').replace(/\/.*$/, '');
}
