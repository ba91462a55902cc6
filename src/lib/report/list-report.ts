import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { ListedExecution } from '../execution/list-executions.js';
import { outcomeText, type Style } from './style.js';
import { durationText, timeText } from './time-text.js';

/** A row an execution. An order whose id does not stand in the name is told by its name. */
export function listTable(executions: readonly ListedExecution[], now: number, style: Style): Table {
  return {
    head: ['Order', 'Attempt', 'Status', 'Started', 'Duration', 'Redrives'],
    rows: executions.map((execution) => [
      sanitize(execution.orderId ?? execution.name),
      String(execution.attempt),
      outcomeText(execution.status, style),
      timeText(execution.startDate, now, style),
      durationText((execution.stopDate?.getTime() ?? now) - execution.startDate.getTime()),
      execution.redriveCount === 0 ? '' : String(execution.redriveCount),
    ]),
    right: [1, 4, 5],
  };
}
