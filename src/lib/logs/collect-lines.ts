import { readExecutionEvent } from './execution-events.js';
import { readLogLines } from './filter-log-events.js';
import { readFunctionLine } from './function-line.js';
import type { IdSequence } from './id-sequence.js';
import type { LogsCalls } from './log-calls.js';
import type { LineMerger } from './line-merger.js';
import type { OrderLine } from './order-line.js';
import {
  belongs,
  identityPattern,
  machinePattern,
  requestPatterns,
  type FunctionGroup,
  type OrderScope,
} from './order-scope.js';
import { requestIdsOf, type LineTagger } from './tag-lines.js';

/** A request of a function: when lines of it were seen, epoch milliseconds. */
interface Request {
  first: number;
  last: number;
}

/** Epoch milliseconds, the end exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Longest time that a function may run; its lines lie within it of any one of them. AWS, Lambda quotas. */
const LONGEST_INVOCATION = 15 * 60_000;

/** Thrown by `collect` when a range holds more than is to be kept in memory at once. */
export class TooManyLines extends Error {}

/**
 * Reads one order's lines from the machine's group and its functions' groups, one group after another, so that no more than
 * one call is under way against the account's quota.
 *
 *     machine's group   by execution ARN
 *     each function's   by execution ARN and order id ──> their request ids ──> by request id (START, END, REPORT, plain text)
 */
export class LineCollector {
  private readonly requests = new Map<string, Map<string, Request>>();
  /** Requests that an event names: which function's they are is not known yet. */
  private readonly unplaced = new Map<string, Request>();
  /** Requests learned since the last round, by group. */
  private readonly fresh = new Map<string, Set<string>>();
  /** Groups that do not exist, or may not be read, with the reason. */
  readonly unreadable = new Map<string, string>();

  constructor(
    private readonly calls: Pick<LogsCalls, 'filterLogEvents'>,
    private readonly scope: OrderScope,
    private readonly ids: IdSequence,
    private readonly tagger: LineTagger,
    private readonly limits: { readonly lines: number; readonly characters: number },
  ) {}

  /**
   * Adds everything of a range (epoch milliseconds, end exclusive).
   *
   * @param bounded whether to give up at the limits
   * @param since where a follower began: what a request that is met for the first time wrote before the range is read, too
   * @throws TooManyLines
   */
  async collect(
    range: Range,
    merger: LineMerger<OrderLine>,
    { bounded, since }: { readonly bounded: boolean; readonly since?: number },
  ): Promise<void> {
    const add = (line: OrderLine): void => {
      merger.add(line);
      if (bounded && (merger.size > this.limits.lines || merger.characters > this.limits.characters))
        throw new TooManyLines();
    };
    this.fresh.clear();
    await this.readMachine(range, add);
    for (const group of this.scope.functions) await this.readIdentified(group, range, add);
    for (const group of this.scope.functions) {
      await this.readRequests(group, this.requestsNear(group.group, range), range, add);
      const fresh = since === undefined ? undefined : this.fresh.get(group.group);
      if (fresh === undefined || since === undefined) continue;
      const before = { from: Math.max(since, range.from - LONGEST_INVOCATION), to: range.from };
      await this.readRequests(group, fresh, before, add);
    }
  }

  /** A request of one of the functions, told by the execution's history. */
  expect(requestId: string, time: number): void {
    note(this.unplaced, requestId, time);
  }

  /** Learns the requests of a range, keeping no lines: those of a later part may have begun in an earlier one. */
  async learnRequests(range: Range): Promise<void> {
    await this.readMachine(range, () => undefined);
    for (const group of this.scope.functions) await this.readIdentified(group, range, () => undefined);
  }

  private async readMachine(range: Range, add: (line: OrderLine) => void): Promise<void> {
    const { machineGroup, executionArn } = this.scope;
    if (machineGroup === undefined) return;
    const pattern = machinePattern(this.scope);
    for await (const line of this.readable(machineGroup, { ...range, pattern })) {
      const logged = readExecutionEvent(line.message);
      if (logged?.executionArn !== executionArn || logged.event.id === undefined) continue;
      this.ids.add(logged.event.id);
      for (const id of requestIdsOf(logged.event)) note(this.unplaced, id, line.timestamp);
      add({ ...line, sequence: logged.event.id, event: logged.event });
    }
  }

  private async readIdentified(place: FunctionGroup, range: Range, add: (line: OrderLine) => void): Promise<void> {
    const pattern = identityPattern(this.scope);
    for await (const line of this.readable(place.group, { ...range, pattern })) {
      const said = readFunctionLine(line.message);
      if (!belongs(said, line.message, this.scope, (id) => this.isOurs(place.group, id))) continue;
      if (said.requestId !== undefined) {
        this.noteRequest(place.group, said.requestId, line.timestamp);
        this.tagger.learnFrom(said);
      }
      add({ ...line, functionName: place.functionName, said });
    }
  }

  private async readRequests(
    place: FunctionGroup,
    requestIds: Iterable<string>,
    range: Range,
    add: (line: OrderLine) => void,
  ): Promise<void> {
    for (const pattern of requestPatterns(requestIds)) {
      for await (const line of this.readable(place.group, { ...range, pattern })) {
        const said = readFunctionLine(line.message);
        if (!belongs(said, line.message, this.scope, (id) => this.isOurs(place.group, id))) continue;
        add({ ...line, functionName: place.functionName, said });
      }
    }
  }

  /** Nothing for a group that is not there or may not be read, which is noted once. */
  private async *readable(
    group: string,
    range: { readonly from: number; readonly to: number; readonly pattern: string },
  ): ReturnType<typeof readLogLines> {
    try {
      yield* readLogLines(this.calls, { group, ...range });
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'ResourceNotFoundException') this.unreadable.set(group, 'there is no such log group');
      // Without the machine's own log there is not enough left to call it an answer.
      else if (/AccessDenied|NotAuthorized/u.test(name) && group !== this.scope.machineGroup)
        this.unreadable.set(group, 'AWS does not let you read it');
      else throw error;
    }
  }

  private isOurs(group: string, requestId: string): boolean {
    return this.requestsOf(group).has(requestId) || this.unplaced.has(requestId);
  }

  /** A group's requests with lines near a range, and those of which nobody knows the group. */
  private requestsNear(group: string, { from, to }: Range): string[] {
    const isNear = ([, { first, last }]: [string, Request]): boolean =>
      last + LONGEST_INVOCATION >= from && first - LONGEST_INVOCATION < to;
    const placed = [...this.requests.values()];
    const open = [...this.unplaced].filter(([id]) => !placed.some((requests) => requests.has(id)));
    return [...this.requestsOf(group), ...open].filter(isNear).map(([id]) => id);
  }

  private requestsOf(group: string): Map<string, Request> {
    let requests = this.requests.get(group);
    if (requests === undefined) this.requests.set(group, (requests = new Map<string, Request>()));
    return requests;
  }

  private noteRequest(group: string, id: string, time: number): void {
    if (!note(this.requestsOf(group), id, time)) return;
    const fresh = this.fresh.get(group);
    if (fresh === undefined) this.fresh.set(group, new Set([id]));
    else fresh.add(id);
  }
}

/** @returns whether it was not there before */
function note(requests: Map<string, Request>, id: string, time: number): boolean {
  const request = requests.get(id);
  if (request === undefined) requests.set(id, { first: time, last: time });
  else Object.assign(request, { first: Math.min(request.first, time), last: Math.max(request.last, time) });
  return request === undefined;
}
