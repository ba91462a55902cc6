import { describe, expect, test } from 'vitest';
import { servedEnvironment } from '../states/local-fixture.js';

const AT = Date.UTC(2026, 10, 22, 12);
const RANGE = { startTime: AT / 1000, endTime: AT / 1000 + 3600 };
const LINES = [
  { level: 'INFO', order: { id: 'o1', total: 12.5 }, message: 'priced' },
  { level: 'ERROR', order: { id: 'o2', total: 9 }, message: 'card declined' },
  { level: 'ERROR', order: { id: 'o1', total: 100 }, message: 'Timed out' },
  'START RequestId: 1',
];

async function insights() {
  const { logs } = await servedEnvironment();
  await logs.createLogGroup({ logGroupName: 'g' });
  await logs.createLogStream({ logGroupName: 'g', logStreamName: 's' });
  const logEvents = LINES.map((line, index) => ({
    timestamp: AT + index * 1000,
    message: typeof line === 'string' ? line : JSON.stringify(line),
  }));
  await logs.putLogEvents({ logGroupName: 'g', logStreamName: 's', logEvents });
  const ask = async (queryString: string, limit?: number) => {
    const { queryId } = await logs.startQuery({ logGroupName: 'g', ...RANGE, queryString, limit });
    for (;;) {
      const answer = await logs.getQueryResults({ queryId });
      if (answer.status !== 'Running') return answer;
    }
  };
  const rows = async (queryString: string, limit?: number) =>
    (await ask(queryString, limit)).results?.map((row) =>
      Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field = '', value }) => [field, value])),
    );
  return { logs, ask, rows };
}

describe('CloudWatch Logs Insights', () => {
  test('shows time and message, newest first, with statistics', async () => {
    const { ask } = await insights();
    const { status, results, statistics } = await ask('limit 2');
    expect(status).toBe('Complete');
    expect(results).toEqual([
      [
        { field: '@timestamp', value: '2026-11-22 12:00:03.000' },
        { field: '@message', value: 'START RequestId: 1' },
        { field: '@ptr', value: expect.any(String) as string },
      ],
      [
        { field: '@timestamp', value: '2026-11-22 12:00:02.000' },
        { field: '@message', value: JSON.stringify(LINES[2]) },
        { field: '@ptr', value: expect.any(String) as string },
      ],
    ]);
    expect(statistics).toMatchObject({ recordsMatched: 4, recordsScanned: 4 });
  });

  test.each([
    ['filter level = "ERROR" | sort @timestamp asc', ['o2', 'o1']],
    ['filter level = "ERROR" and order.id = "o1"', ['o1']],
    ['filter order.total > 10 | sort order.total desc', ['o1', 'o1']],
    ["filter message like 'declined' or message like /^priced$/ | sort @timestamp", ['o1', 'o2']],
    ['filter message like /(?i)TIMED/', ['o1']],
    ['filter @message like "card"', ['o2']],
    ['filter order.id in ["o2", "o9"]', ['o2']],
    ['filter not (level = "INFO") and ispresent(order.id) | sort @timestamp asc | limit 1', ['o2']],
    ['filter message not like /card/ and ispresent(message) | sort @timestamp asc', ['o1', 'o1']],
    ['# the newest\n filter level != "INFO" and level >= "A" | limit 1', ['o1']],
    ['filter @logStream = "s" and @log like "g" and `order.total` <= 9', ['o2']],
  ])('%s', async (query, expected) => {
    const { rows } = await insights();
    expect(await rows(`fields order.id as id | ${query}`)).toEqual(expected.map((id) => ({ id })));
  });

  test('display replaces fields; a missing field is left out; the request may limit', async () => {
    const { rows } = await insights();
    expect(
      await rows('fields @message | display level, order.total as total, nothing | sort @timestamp asc', 2),
    ).toEqual([
      { level: 'INFO', total: '12.5' },
      { level: 'ERROR', total: '9' },
    ]);
  });

  test('the range includes both ends', async () => {
    const { logs } = await insights();
    const at = AT / 1000 + 1;
    const { queryId } = await logs.startQuery({
      logGroupNames: ['g'],
      startTime: at,
      endTime: at,
      queryString: 'fields @message',
    });
    let answer = await logs.getQueryResults({ queryId });
    while (answer.status === 'Running') answer = await logs.getQueryResults({ queryId });
    expect(answer.results).toHaveLength(1);
    await expect(logs.stopQuery({ queryId })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test.each([
    'stats count(*) by level',
    'filter level =',
    'fields',
    'sort @timestamp asc limit',
    'filter level like 3',
    'limit x',
    'filter a = "x',
    'filter message like /(/',
  ])('refuses %s', async (queryString) => {
    const { logs } = await insights();
    await expect(logs.startQuery({ logGroupName: 'g', ...RANGE, queryString })).rejects.toMatchObject({
      name: 'MalformedQueryException',
    });
  });

  test('refuses unknown groups and queries, and what is not offered by its name', async () => {
    const { logs } = await insights();
    await expect(logs.startQuery({ logGroupName: 'x', ...RANGE, queryString: 'limit 1' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(logs.startQuery({ ...RANGE, queryString: 'limit 1' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(logs.getQueryResults({ queryId: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(logs.describeQueryDefinitions({})).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local environment does not offer the operation DescribeQueryDefinitions of Logs_20140328.',
    });
  });
});
