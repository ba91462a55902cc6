import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { InputDifference } from '../execution/input-differences.js';
import type { StartResult, StartVerdict } from '../execution/start-order.js';
import type { StatusAnswer } from './status-report.js';

/** What `start --json` prints; the members of a status are there when the order was followed. */
export interface StartAnswer extends Partial<
  Omit<StatusAnswer, 'orderId' | 'attempt' | 'name' | 'executionArn' | 'environment'>
> {
  readonly environment: string;
  readonly verdict: StartVerdict | 'dry-run';
  readonly orderId: string;
  readonly attempt: number;
  readonly name: string;
  readonly executionArn: string;
  /** Of a conflict. */
  readonly differences?: readonly InputDifference[];
  /** Of a dry run: what would be sent, and where to. */
  readonly input?: string;
  readonly stateMachineArn?: string;
}

/** One sentence about what the start meant. */
export function verdictText(result: StartResult): string {
  const order = `order ${sanitize(result.orderId)}${result.attempt > 1 ? `, attempt ${result.attempt},` : ''}`;
  switch (result.verdict) {
    case 'started':
      return `started ${order.replace(/,$/, '')} as ${result.name}`;
    case 'running':
      return `${order} was started before with the same content, nothing new was started`;
    case 'finished':
      return `${order} was started before with the same content and has ended, nothing new was started`;
    case 'conflict':
      return `${order} exists with another content (${result.status}), nothing was started`;
  }
}

export function differenceTable(differences: readonly InputDifference[]): Table {
  return {
    head: ['Field', 'There is', 'Given'],
    rows: differences.map(({ field, existing, given }) => [
      sanitize(field),
      sanitize(existing ?? '-'),
      sanitize(given ?? '-'),
    ]),
  };
}
