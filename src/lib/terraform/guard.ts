import type { Action, Change } from './plan.js';

/** A change that cannot be undone, and why. */
export interface Guarded {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly key?: string;
  readonly action: Extract<Action, 'delete' | 'replace'>;
  readonly loss: 'data' | 'key' | 'logs' | 'messages' | 'executions';
}

/** What goes with a resource that is deleted or made anew. */
const LOSSES: Readonly<Record<string, Guarded['loss']>> = {
  aws_dynamodb_table: 'data',
  aws_kms_key: 'key',
  aws_cloudwatch_log_group: 'logs',
  aws_sqs_queue: 'messages',
  aws_sfn_state_machine: 'executions',
};

/** The changes that need the environment's name typed. A machine made anew ends its executions and forgets their history. */
export function guardedChanges(changes: readonly Change[]): Guarded[] {
  return changes.flatMap(({ address, type, name, key, action }) => {
    const loss = LOSSES[type];
    if (loss === undefined || (action !== 'delete' && action !== 'replace')) return [];
    return [{ address, type, name, ...(key === undefined ? {} : { key }), action, loss }];
  });
}
