import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from 'vitest';
import { PASS, servedEnvironment } from '../states/local-fixture.js';

const GROUP = '/aws/lambda/f';

async function withStreams() {
  const served = await servedEnvironment();
  const { logs } = served;
  await logs.createLogGroup({ logGroupName: GROUP });
  for (const logStreamName of ['2026/one', '2026/two', 'other']) {
    await logs.createLogStream({ logGroupName: GROUP, logStreamName });
    const logEvents = [1, 2, 3].map((n) => ({
      timestamp: 1000 * n,
      message: `{"stream":"${logStreamName}","n":${n}}`,
    }));
    await logs.putLogEvents({ logGroupName: GROUP, logStreamName, logEvents });
  }
  return served;
}

describe('FilterLogEvents', () => {
  test('merges the streams by time, loses nothing across pages', async () => {
    const { logs } = await withStreams();
    const events: FilteredLogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.filterLogEvents({ logGroupName: GROUP, limit: 2, nextToken });
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(events.map(({ timestamp, logStreamName }) => `${timestamp} ${logStreamName}`)).toEqual([
      '1000 2026/one',
      '1000 2026/two',
      '1000 other',
      '2000 2026/one',
      '2000 2026/two',
      '2000 other',
      '3000 2026/one',
      '3000 2026/two',
      '3000 other',
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(9);
  });

  test('by time (the end is not in it), stream and pattern', async () => {
    const { logs } = await withStreams();
    const messages = async (query: object) =>
      (await logs.filterLogEvents({ logGroupName: GROUP, ...query })).events?.map(({ message }) => message);
    expect(await messages({ startTime: 2000, endTime: 3000, logStreamNames: ['other'] })).toEqual([
      '{"stream":"other","n":2}',
    ]);
    expect(await messages({ filterPattern: '{ $.stream = "2026/*" && $.n = 3 }' })).toEqual([
      '{"stream":"2026/one","n":3}',
      '{"stream":"2026/two","n":3}',
    ]);
    expect(await messages({ logStreamNamePrefix: 'oth', filterPattern: '{ $.n > 1 }' })).toHaveLength(2);
    await expect(messages({ filterPattern: '{ broken' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('of an unknown group', async () => {
    const { logs } = await servedEnvironment();
    await expect(logs.filterLogEvents({ logGroupName: '/none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });
});

describe('GetLogEvents', () => {
  test('from the head in pages; at the end the token stays the same', async () => {
    const { logs } = await withStreams();
    const stream = { logGroupName: GROUP, logStreamName: 'other', startFromHead: true };
    const first = await logs.getLogEvents({ ...stream, limit: 2 });
    expect(first.events?.map(({ timestamp }) => timestamp)).toEqual([1000, 2000]);
    const second = await logs.getLogEvents({ ...stream, nextToken: first.nextForwardToken });
    expect(second.events?.map(({ timestamp }) => timestamp)).toEqual([3000]);
    const third = await logs.getLogEvents({ ...stream, nextToken: second.nextForwardToken });
    expect(third).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
  });

  test('the latest first page is the tail, in order', async () => {
    const { logs } = await withStreams();
    const tail = await logs.getLogEvents({ logGroupName: GROUP, logStreamName: 'other', limit: 2 });
    expect(tail.events?.map(({ timestamp }) => timestamp)).toEqual([2000, 3000]);
    const before = await logs.getLogEvents({
      logGroupName: GROUP,
      logStreamName: 'other',
      nextToken: tail.nextBackwardToken,
    });
    expect(before.events?.map(({ timestamp }) => timestamp)).toEqual([1000]);
  });
});

test('groups and streams are described, in pages and by prefix', async () => {
  const { logs } = await withStreams();
  await expect(logs.createLogGroup({ logGroupName: GROUP })).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await logs.createLogGroup({ logGroupName: '/aws/lambda/g' });
  const page = await logs.describeLogGroups({ logGroupNamePrefix: '/aws/lambda/', limit: 1 });
  expect(page.logGroups).toMatchObject([
    { logGroupName: GROUP, arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f:*' },
  ]);
  const rest = await logs.describeLogGroups({ logGroupNamePrefix: '/aws/lambda/', nextToken: page.nextToken });
  expect(rest.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/lambda/g']);
  const streams = await logs.describeLogStreams({
    logGroupName: GROUP,
    logStreamNamePrefix: '2026/',
    descending: true,
  });
  expect(streams.logStreams).toMatchObject([
    { logStreamName: '2026/two', firstEventTimestamp: 1000, lastEventTimestamp: 3000 },
    { logStreamName: '2026/one' },
  ]);
});

describe('execution logging', () => {
  const machineLogging = (level: 'ALL' | 'ERROR', includeExecutionData: boolean) => ({
    level,
    includeExecutionData,
    destinations: [
      {
        cloudWatchLogsLogGroup: {
          logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/states/m:*',
        },
      },
    ],
  });

  async function linesOf(
    level: 'ALL' | 'ERROR',
    includeExecutionData: boolean,
    type: 'STANDARD' | 'EXPRESS',
    definition: object = PASS,
  ) {
    const { sfn, logs, local } = await servedEnvironment();
    const { stateMachineArn } = await sfn.createStateMachine({
      name: 'm',
      type,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/test',
      loggingConfiguration: machineLogging(level, includeExecutionData),
    });
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name: 'one', input: '{"secret":1}' });
    await local.drive(executionArn);
    const filterPattern = `{ $.execution_arn = "${executionArn}" }`;
    const { events = [] } = await logs.filterLogEvents({ logGroupName: '/aws/vendedlogs/states/m', filterPattern });
    return {
      executionArn,
      streams: events.map((event) => event.logStreamName),
      lines: events.map(({ message = '' }) => JSON.parse(message) as Record<string, unknown>),
    };
  }

  test('each event is a line in the shape AWS writes', async () => {
    const { executionArn, lines, streams } = await linesOf('ALL', true, 'STANDARD');
    expect(lines.map(({ id, type, previous_event_id }) => [id, type, previous_event_id])).toEqual([
      ['1', 'ExecutionStarted', '0'],
      ['2', 'PassStateEntered', '0'],
      ['3', 'PassStateExited', '2'],
      ['4', 'ExecutionSucceeded', '3'],
    ]);
    expect(lines[1]).toEqual({
      id: '2',
      type: 'PassStateEntered',
      details: { name: 'Only', input: '{"secret":1}', inputDetails: { truncated: 'false' } },
      previous_event_id: '0',
      event_timestamp: expect.stringMatching(/^\d{13}$/) as string,
      execution_arn: executionArn,
      redrive_count: '0',
    });
    expect(streams[0]).toMatch(/^states\/m\/\d{4}-\d\d-\d\d-\d\d\/[0-9a-f]{8}$/);
  });

  test('of an EXPRESS machine, without data', async () => {
    const { lines, streams } = await linesOf('ALL', false, 'EXPRESS');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatchObject({ details: { name: 'Only' } });
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(streams[0]).toMatch(/^states\/m\/\d{4}-\d\d-\d\d-\d\d-\d\d\/[0-9a-f]{8}$/);
  });

  test('level ERROR leaves only what failed', async () => {
    const failing = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Bad', Cause: 'a cause' } } };
    const { lines } = await linesOf('ERROR', false, 'STANDARD', failing);
    expect(lines).toMatchObject([{ type: 'ExecutionFailed', details: { error: 'Bad', cause: 'a cause' } }]);
  });
});
