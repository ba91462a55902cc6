import type { ScriptedLine } from '../support/scripted-logs.js';

export const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:order-processing:order-1001';
export const OTHER_ARN = `${ARN}-a2`;
export const MACHINE_GROUP = '/aws/vendedlogs/states/order-processing';
export const FUNCTION_GROUP = '/aws/lambda/charge-payment';
export const START = Date.parse('2026-11-20T10:00:00Z');
export const REQUEST = '11111111-1111-4111-8111-111111111111';

let lines = 0;

/** A line with an event id of its own. */
export function line(group: string, at: number, message: string, more: Partial<ScriptedLine> = {}): ScriptedLine {
  lines += 1;
  return { group, stream: 's', timestamp: START + at, message, eventId: String(lines).padStart(56, '0'), ...more };
}

/** A line of execution logging, as AWS writes it: all scalars are texts. */
export function eventMessage(
  id: number,
  previous: number,
  type: string,
  at: number,
  details: object = {},
  executionArn = ARN,
): string {
  return JSON.stringify({
    id: String(id),
    type,
    details,
    previous_event_id: String(previous),
    event_timestamp: String(START + at),
    execution_arn: executionArn,
    redrive_count: '0',
  });
}

export function eventLine(
  id: number,
  previous: number,
  type: string,
  at: number,
  details: object = {},
  more: Partial<ScriptedLine> = {},
): ScriptedLine {
  return line(MACHINE_GROUP, at, eventMessage(id, previous, type, at, details), more);
}

/** A line as the workflow's functions write it. */
export function functionMessage(message: string, fields: object = {}): string {
  return JSON.stringify({
    level: 'INFO',
    message,
    requestId: REQUEST,
    orderId: '1001',
    executionArn: ARN,
    state: 'ChargePayment',
    retry: 0,
    ...fields,
  });
}

/** An execution of one task, with its function's lines. */
export function oneTask(): ScriptedLine[] {
  return [
    eventLine(1, 0, 'ExecutionStarted', 0),
    eventLine(2, 0, 'TaskStateEntered', 0, { name: 'ChargePayment' }),
    eventLine(3, 2, 'TaskScheduled', 0, { resource: 'invoke' }),
    eventLine(4, 3, 'TaskStarted', 5, { resource: 'invoke' }),
    line(FUNCTION_GROUP, 7, `START RequestId: ${REQUEST} Version: 1`),
    line(FUNCTION_GROUP, 20, functionMessage('done')),
    line(FUNCTION_GROUP, 21, `END RequestId: ${REQUEST}`),
    line(FUNCTION_GROUP, 21, `REPORT RequestId: ${REQUEST}\tDuration: 14.00 ms\t`),
    eventLine(5, 4, 'TaskSucceeded', 22, { resource: 'invoke' }),
    eventLine(6, 5, 'TaskStateExited', 22, { name: 'ChargePayment' }),
    eventLine(7, 6, 'ExecutionSucceeded', 22),
  ];
}
