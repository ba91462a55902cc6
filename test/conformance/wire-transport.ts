import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLocal, type LocalEnvironment } from '../../src/lib/local/index.js';
import type { ActualAnswer, ActualEvent } from './compare.js';
import { RECORDED_AT } from './engine-transport.js';
import { startLambdaStub, type LambdaStub } from './lambda-stub.js';
import type { RecordedRun, Scenario } from './recording.js';
import type { Transport } from './transport.js';

const REPOSITORY = path.join(import.meta.dirname, '..', '..');
/** Between two looks at an execution. */
const LOOK_MS = 5;
const ROLE = 'arn:aws:iam::111111111111:role/snf';

interface Machine {
  readonly arn: string;
  readonly definition: string;
}

/**
 * The recordings through the endpoint of `orders local serve`, by HTTP requests as an SDK sends them. Its clock starts when
 * the recordings were made, and waiting is skipped.
 */
export class WireTransport implements Transport {
  readonly name = 'wire';
  private readonly machines = new Map<string, Machine>();
  private readonly executions = new Map<string, string>();
  private count = 0;

  private constructor(
    private readonly local: LocalEnvironment,
    private readonly server: { readonly port: number; close(): Promise<void> },
    private readonly lambda: LambdaStub,
  ) {}

  static async open(): Promise<WireTransport> {
    const lambda = await startLambdaStub();
    const folder = mkdtempSync(path.join(tmpdir(), 'orders-conformance-'));
    const openedAt = Date.now();
    const local = openLocal({
      folder,
      packageRoot: REPOSITORY,
      env: { AWS_ENDPOINT_URL_LAMBDA: lambda.url },
      sources: { now: () => RECORDED_AT + (Date.now() - openedAt), random: () => 0.5, uuid: () => randomUUID() },
    });
    return new WireTransport(local, await local.serve(0), lambda);
  }

  async close(): Promise<void> {
    // Functions that sleep hold their calls open.
    await this.lambda.close();
    await this.server.close();
    await this.local.close();
    rmSync(this.local.folder, { recursive: true, force: true });
  }

  async run(scenario: Scenario, run: RecordedRun): Promise<ActualAnswer> {
    const answer = JSON.stringify(await this.answerOf(scenario, run));
    return JSON.parse(answer.replaceAll(':000000000000:', ':111111111111:')) as ActualAnswer;
  }

  private async answerOf(scenario: Scenario, run: RecordedRun): Promise<ActualAnswer> {
    this.lambda.know(scenario.lambdas);
    const stateMachineArn = await this.machineOf(scenario, run);
    const input = run.input === null ? {} : { input: run.input };
    if (run.kind === 'sync' && run.type === 'EXPRESS') {
      this.local.prepare(run.execution, { fastForward: true });
      return this.ask('StartSyncExecution', { stateMachineArn, name: run.execution, ...input });
    }
    const name = run.execution;
    const wanted = run.expected.events;
    const isToEnd = wanted === undefined || wanted.some(({ type }) => /^Execution(?!Started)/.test(type));
    // An execution that was recorded twice is run once.
    const startedArn = this.executions.get(`${stateMachineArn} ${name}`);
    if (startedArn === undefined) this.local.prepare(name, { fastForward: isToEnd });
    const executionArn =
      startedArn ?? (await this.ask('StartExecution', { stateMachineArn, name, ...input }))['executionArn'];
    this.executions.set(`${stateMachineArn} ${name}`, executionArn as string);
    if (isToEnd) {
      const ended = await this.untilEnded(executionArn as string);
      if (run.kind === 'sync') return ended;
    } else {
      await this.untilEventCount(executionArn as string, wanted.length);
    }
    return { events: await this.history(executionArn as string, run.key.includes('[True]')) };
  }

  /** A scenario's machine is made once; another definition under its name is an update. */
  private async machineOf({ id }: Scenario, run: RecordedRun): Promise<string> {
    const key = `${id} ${run.machine}`;
    const known = this.machines.get(key);
    const { definition } = run;
    if (known === undefined) {
      const name = run.machine === 'machine' ? `machine-${(this.count += 1)}` : run.machine;
      const { stateMachineArn } = await this.ask('CreateStateMachine', {
        name,
        definition,
        roleArn: ROLE,
        type: run.type,
      });
      this.machines.set(key, { arn: stateMachineArn as string, definition });
      return stateMachineArn as string;
    }
    if (known.definition !== definition) {
      await this.ask('UpdateStateMachine', { stateMachineArn: known.arn, definition });
      this.machines.set(key, { arn: known.arn, definition });
    }
    return known.arn;
  }

  private async untilEnded(executionArn: string): Promise<ActualAnswer> {
    for (;;) {
      const execution = await this.ask('DescribeExecution', { executionArn });
      if (execution['status'] !== 'RUNNING') return execution;
      await pause();
    }
  }

  async untilEventCount(executionArn: string, count: number): Promise<void> {
    while ((await this.history(executionArn, false)).length < count) await pause();
  }

  async history(executionArn: string, reverseOrder: boolean): Promise<ActualEvent[]> {
    const events: ActualEvent[] = [];
    let nextToken: unknown;
    do {
      const page = await this.ask('GetExecutionHistory', { executionArn, reverseOrder, maxResults: 100, nextToken });
      events.push(...(page.events ?? []));
      nextToken = page['nextToken'];
    } while (nextToken !== undefined);
    return events;
  }

  /** One request as an SDK sends it. @throws the error's name and message */
  async ask(operation: string, input: object): Promise<ActualAnswer> {
    const response = await fetch(`http://127.0.0.1:${this.server.port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${text}`);
    return JSON.parse(text) as ActualAnswer;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
