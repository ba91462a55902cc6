import { parseDefinition } from '../../src/lib/definition/parse.js';
import type { ExecutionSetup, Json, MachineType } from '../../src/lib/engine/protocol.js';
import type { Answerer } from './virtual-driver.js';

export const STARTED_AT = Date.parse('2026-11-22T10:00:00Z');
const PREFIX = 'arn:aws:states:us-east-1:000000000000';

/** An execution of this definition. */
export function setupOf(definition: object, input: Json = {}, type: MachineType = 'STANDARD'): ExecutionSetup {
  return {
    executionArn: `${PREFIX}:execution:machine:run`,
    name: 'run',
    stateMachineArn: `${PREFIX}:stateMachine:machine`,
    stateMachineName: 'machine',
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    region: 'us-east-1',
    accountId: '000000000000',
    type,
    definition: parseDefinition(JSON.stringify(definition)),
    input: JSON.stringify(input),
    startedAt: STARTED_AT,
  };
}

/** A task that calls the function of this name. */
export function task(name: string, fields: object): object {
  return { Type: 'Task', Resource: `arn:aws:lambda:us-east-1:000000000000:function:${name}`, ...fields };
}

export type Reply = { readonly output: Json } | { readonly error: string; readonly cause?: string } | 'silence';

/**
 * Functions that reply by name and attempt (from 0 over the whole execution of one state), after as many milliseconds as
 * are given for the name.
 */
export function replies(
  table: Readonly<Record<string, readonly Reply[]>>,
  delays: Readonly<Record<string, number>> = {},
): Answerer {
  const attempts = new Map<string, number>();
  const given = new Map<string, Reply>();
  return ({ key, resource }) => {
    const name = resource.arn.slice(resource.arn.lastIndexOf(':') + 1);
    let reply = given.get(key);
    if (reply === undefined) {
      const attempt = attempts.get(name) ?? 0;
      attempts.set(name, attempt + 1);
      const sequence = table[name] ?? [{ output: name }];
      reply = sequence[Math.min(attempt, sequence.length - 1)]!;
      given.set(key, reply);
    }
    const started = { after: 0, signal: { kind: 'task-started' as const, key } };
    if (reply === 'silence') {
      return [started];
    }
    const after = delays[name] ?? 0;
    return 'output' in reply
      ? [started, { after, signal: { kind: 'task-succeeded', key, output: JSON.stringify(reply.output) } }]
      : [started, { after, signal: { kind: 'task-failed', key, ...reply } }];
  };
}
