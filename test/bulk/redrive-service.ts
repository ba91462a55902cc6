import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MACHINE } from '../commands/fixed.js';
import type { Random } from '../durability/random.js';

/*
 * A Step Functions with failed executions in memory, for proofs about redriving many of them. What it does like AWS:
 *
 *   RedriveExecution   a token that was used before is answered with the old date and does nothing; what runs is refused
 *   DescribeExecution  may lag: for two calls after a redrive it can still show the execution as it was
 *   redriven ones      run, or fail again at once, so that their status alone does not tell that they were redriven
 *
 * Each effective redrive is counted. Calls it does not know are faults.
 */
export interface RedriveService {
  readonly url: string;
  /** Effective redrives by execution. */
  readonly redrives: readonly number[];
  readonly calls: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  /** Called with every RedriveExecution and the others, before and after it has its effect; the answer waits for it. */
  onCall: ((when: 'before' | 'after', action: string) => Promise<void>) | undefined;
  close(): Promise<void>;
}

interface Stored {
  redriveCount: number;
  status: 'FAILED' | 'RUNNING';
  redriveDate: number;
  token: string | undefined;
  /** Describes that still show how it was. */
  lag: number;
}

const PAGE = 1_000;
const START = 1_790_000_000;

export async function startRedriveService(count: number, random: Random): Promise<RedriveService> {
  const stored: Stored[] = Array.from({ length: count }, () => ({
    redriveCount: 0,
    status: 'FAILED',
    redriveDate: 0,
    token: undefined,
    lag: 0,
  }));
  const calls: Record<string, number> = {};
  const faults: string[] = [];
  const service: RedriveService = {
    url: '',
    get redrives() {
      return stored.map(({ redriveCount }) => redriveCount);
    },
    calls,
    faults,
    onCall: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const now = Date.now() / 1_000;

  const operations: Readonly<Record<string, (input: Record<string, unknown>) => object>> = {
    ListExecutions({ nextToken, maxResults, statusFilter }) {
      const from = Number(nextToken ?? 0);
      const to = Math.min(count, from + Number(maxResults ?? PAGE));
      const executions = stored
        .map((one, index) => ({ one, index }))
        .slice(from, to)
        .filter(({ one }) => statusFilter === undefined || one.status === statusFilter)
        .map(({ one, index }) => about(one, index, now));
      return { executions, ...(to < count ? { nextToken: String(to) } : {}) };
    },
    DescribeExecution(input) {
      const { one, index } = find(stored, input);
      const lagging = one.lag > 0;
      one.lag = Math.max(0, one.lag - 1);
      const shown = lagging ? { ...one, redriveCount: one.redriveCount - 1, status: 'FAILED' as const } : one;
      return {
        ...about(shown, index, now),
        input: '{}',
        redriveStatus: shown.status === 'FAILED' ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      };
    },
    GetExecutionHistory: () => ({ events: FAILED_EVENTS }),
    DescribeStateMachine: () => ({
      stateMachineArn: MACHINE,
      name: 'order-processing',
      definition: '{}',
      roleArn: 'role',
      type: 'STANDARD',
      creationDate: START,
    }),
    DescribeStateMachineForExecution: () => ({
      stateMachineArn: MACHINE,
      name: 'order-processing',
      definition: '{}',
      roleArn: 'role',
      updateDate: START - 86_400,
    }),
    RedriveExecution(input) {
      const { one } = find(stored, input);
      const token = String(input['clientToken']);
      if (token === one.token) return { redriveDate: one.redriveDate };
      if (one.status === 'RUNNING') throw new Refusal('ExecutionNotRedrivable', 'Execution is RUNNING');
      one.token = token;
      one.redriveCount += 1;
      one.redriveDate = Date.now() / 1_000;
      one.status = random() < 0.5 ? 'RUNNING' : 'FAILED';
      one.lag = Math.floor(random() * 3);
      return { redriveDate: one.redriveDate };
    },
  };

  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
      const action = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? 'none';
      calls[action] = (calls[action] ?? 0) + 1;
      const operation = operations[action];
      if (operation === undefined) {
        faults.push(`unexpected call ${action}`);
        return send(response, 418, { __type: 'UnexpectedCall' });
      }
      await service.onCall?.('before', action);
      try {
        const answer = operation(JSON.parse(text) as Record<string, unknown>);
        await service.onCall?.('after', action);
        send(response, 200, answer);
      } catch (error) {
        if (!(error instanceof Refusal)) faults.push(String(error));
        send(response, 400, { __type: error instanceof Refusal ? error.type : 'Fault', message: String(error) });
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(service, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

function about(one: Stored, index: number, now: number): object {
  const name = `order-b${index}`;
  return {
    executionArn: MACHINE.replace(':stateMachine:', ':execution:') + `:${name}`,
    stateMachineArn: MACHINE,
    name,
    status: one.status,
    startDate: now - 3_600 - index,
    ...(one.status === 'FAILED' ? { stopDate: now - 3_000, error: 'Boom' } : {}),
    redriveCount: one.redriveCount,
  };
}

function find(stored: readonly Stored[], input: Record<string, unknown>): { one: Stored; index: number } {
  const index = Number(/:order-b(\d+)$/u.exec(String(input['executionArn']))?.[1] ?? -1);
  const one = stored[index];
  if (one === undefined) throw new Refusal('ExecutionDoesNotExist', 'Execution Does Not Exist');
  return { one, index };
}

const FAILED_EVENTS = [
  { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: START },
  { id: 2, previousEventId: 0, type: 'TaskStateEntered', timestamp: START, stateEnteredEventDetails: { name: 'FulfillOrder' } },
  { id: 3, previousEventId: 2, type: 'TaskScheduled', timestamp: START, taskScheduledEventDetails: { resourceType: 'lambda', resource: 'invoke', region: 'eu-west-1', parameters: '{}' } },
  { id: 4, previousEventId: 3, type: 'TaskFailed', timestamp: START, taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'Boom' } },
  { id: 5, previousEventId: 4, type: 'ExecutionFailed', timestamp: START, executionFailedEventDetails: { error: 'Boom' } },
]; // prettier-ignore

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'stub' });
  response.end(JSON.stringify(body));
}
