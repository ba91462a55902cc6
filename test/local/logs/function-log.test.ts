import { expect, test } from 'vitest';
import { FunctionLog } from '../../../src/lib/local/logs/function-log.js';
import { logsSchema, LogStore } from '../../../src/lib/local/logs/log-store.js';
import { openStore } from '../../../src/lib/local/store/open-store.js';
import { temporaryFolder } from '../states/local-fixture.js';

test("a function's lines are in its group at once, each with its request id", () => {
  const logs = new LogStore(openStore(temporaryFolder(), [logsSchema]));
  const log = new FunctionLog(logs, 'abc');
  const at = Date.UTC(2026, 10, 22, 12);
  const lines = [
    'START RequestId: r-1 Version: 1',
    '{"level":"INFO","orderId":"A"}',
    '{"requestId":"r-1"}',
    '{broken',
    'plain',
  ];
  for (const message of lines) log.write({ functionName: 'charge-payment', requestId: 'r-1', timestamp: at, message });

  const group = logs.group('/aws/lambda/orders-local-charge-payment');
  const events = logs.events({ group: group?.id ?? 0, from: 0, to: at + 1, direction: 'forward', count: 10 });
  expect(events.map(({ message }) => message)).toEqual([
    'START RequestId: r-1 Version: 1',
    '{"level":"INFO","orderId":"A","requestId":"r-1"}',
    '{"requestId":"r-1"}',
    'r-1\t{broken',
    'r-1\tplain',
  ]);
  expect(new Set(events.map(({ streamName }) => streamName))).toEqual(new Set(['2026/11/22/[1]abc']));
});
