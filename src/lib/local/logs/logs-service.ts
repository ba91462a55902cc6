import type { LocalSources, WireService } from '../ports.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../states/arns.js';
import { AwsError } from '../wire/aws-error.js';
import { createAwsJsonService, type JsonObject, type Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { compileFilterPattern } from './filter-pattern.js';
import { insightsOperations } from './insights/insights-operations.js';
import type { EventPlace, LogEvent, LogGroup, LogStore, LogStream, NewLogEvent } from './log-store.js';

const MOST_EVENTS = 10_000;
/** How many events one call of FilterLogEvents looks at before it answers with an empty page and a token, as AWS does. */
const SCANNED_AT_ONCE = 20_000;
const NAME = { min: 1, max: 512 };

interface StreamPlace extends EventPlace {
  readonly direction: 'forward' | 'backward';
}

/** CloudWatch Logs over AWS JSON 1.1: what tools read logs with, and enough to write some. Nothing arrives late here. */
export function createLogsService(logs: LogStore, sources: LocalSources): WireService {
  const requireGroup = (name: string): LogGroup => {
    const group = logs.group(name);
    if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  };
  const requireStream = (group: LogGroup, name: string): LogStream => {
    const stream = logs.stream(group.id, name);
    if (stream === undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return stream;
  };

  const operations: Operations = {
    ...insightsOperations(logs, requireGroup, sources),

    CreateLogGroup: (input) => {
      const name = readOne(input, 'logGroupName');
      if (logs.createGroup(name, sources.now())) return {};
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    },

    CreateLogStream: (input) => {
      const read = new Constraints(input);
      const groupName = read.requiredText('logGroupName', NAME);
      const name = read.requiredText('logStreamName', NAME);
      read.check();
      if (logs.createStream(requireGroup(groupName).id, name, sources.now())) return {};
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    },

    PutLogEvents: (input) => {
      const read = new Constraints(input);
      const groupName = read.requiredText('logGroupName', NAME);
      const name = read.requiredText('logStreamName', NAME);
      const events = (read.list('logEvents') ?? []) as readonly { timestamp?: unknown; message?: unknown }[];
      read.check();
      requireStream(requireGroup(groupName), name);
      logs.write(groupName, name, events.map(readEvent), sources.now());
      return { nextSequenceToken: sources.uuid() };
    },

    DescribeLogGroups: (input) => {
      const read = new Constraints(input);
      const prefix = read.text('logGroupNamePrefix', { min: 1, max: 512 }) ?? '';
      const limit = read.integer('limit', { min: 1, max: 50 }) ?? 50;
      const token = read.text('nextToken');
      read.check();
      const found = logs.groups(
        prefix,
        token === undefined ? '' : readToken<{ after: string }>(token).after,
        limit + 1,
      );
      const shown = found.slice(0, limit);
      return {
        logGroups: shown.map(describeGroup),
        nextToken: found.length > limit ? pageToken({ after: shown.at(-1)?.name ?? '' }) : undefined,
      };
    },

    DescribeLogStreams: (input) => {
      const read = new Constraints(input);
      const group = requireGroup(groupNameOf(read));
      const prefix = read.text('logStreamNamePrefix', NAME) ?? '';
      const orderBy = read.text('orderBy', { oneOf: ['LogStreamName', 'LastEventTime'] }) ?? 'LogStreamName';
      const descending = read.flag('descending') ?? false;
      const limit = read.integer('limit', { min: 1, max: 50 }) ?? 50;
      const token = read.text('nextToken');
      read.check();
      const streams = logs.streams(group.id, prefix);
      if (orderBy === 'LastEventTime') streams.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
      if (descending) streams.reverse();
      const from = token === undefined ? 0 : readToken<{ from: number }>(token).from;
      return {
        logStreams: streams.slice(from, from + limit).map((stream) => describeStream(group, stream)),
        nextToken: from + limit < streams.length ? pageToken({ from: from + limit }) : undefined,
      };
    },

    GetLogEvents: (input) => {
      const read = new Constraints(input);
      const groupName = groupNameOf(read);
      const name = read.requiredText('logStreamName', NAME);
      const range = timeRange(read);
      const limit = read.integer('limit', { min: 1, max: MOST_EVENTS }) ?? MOST_EVENTS;
      const fromHead = read.flag('startFromHead') ?? false;
      const token = read.text('nextToken');
      read.check();
      const group = requireGroup(groupName);
      const stream = requireStream(group, name);
      const place = token === undefined ? undefined : readStreamToken(token);
      const direction = place?.direction ?? (fromHead ? 'forward' : 'backward');
      const query = {
        group: group.id,
        stream: stream.id,
        ...range,
        direction,
        count: limit,
        ...(place && { beyond: place }),
      };
      const events = logs.events(query);
      if (direction === 'backward') events.reverse();
      // The end of a stream answers with the token that was sent, again and again.
      const start: EventPlace = place ?? (fromHead ? { at: range.from, id: 0 } : { at: range.to, id: 0 });
      return {
        events: events.map(({ at, message, ingestedAt }) => ({ timestamp: at, message, ingestionTime: ingestedAt })),
        nextForwardToken: streamToken('forward', events.at(-1) ?? start),
        nextBackwardToken: streamToken('backward', events[0] ?? start),
      };
    },

    FilterLogEvents: (input) => {
      const read = new Constraints(input);
      const groupName = groupNameOf(read);
      const names = read.list('logStreamNames') as readonly string[] | undefined;
      const prefix = read.text('logStreamNamePrefix', NAME);
      const range = timeRange(read);
      const pattern = read.text('filterPattern', { max: 1024 }) ?? '';
      const limit = read.integer('limit', { min: 1, max: MOST_EVENTS }) ?? MOST_EVENTS;
      const token = read.text('nextToken');
      read.check();
      const group = requireGroup(groupName);
      const matches = compileFilterPattern(pattern);
      const wanted = (event: LogEvent) =>
        (names === undefined || names.includes(event.streamName)) &&
        (prefix === undefined || event.streamName.startsWith(prefix)) &&
        matches(event.message);
      return filter(logs, { group: group.id, ...range }, wanted, limit, token);
    },
  };

  return createAwsJsonService({ target: 'Logs_20140328', version: '1.1' }, operations, sources);
}

function filter(
  logs: LogStore,
  range: { readonly group: number; readonly from: number; readonly to: number },
  wanted: (event: LogEvent) => boolean,
  limit: number,
  token: string | undefined,
): object {
  const found: LogEvent[] = [];
  let beyond = token === undefined ? undefined : readToken<EventPlace>(token);
  let scanned = 0;
  let finished = false;
  while (!finished && found.length < limit && scanned < SCANNED_AT_ONCE) {
    const batch = logs.events({ ...range, direction: 'forward', count: 500, ...(beyond && { beyond }) });
    finished = batch.length < 500;
    for (const event of batch) {
      scanned += 1;
      beyond = { at: event.at, id: event.id };
      if (!wanted(event)) continue;
      found.push(event);
      if (found.length < limit) continue;
      finished = false;
      break;
    }
  }
  return {
    events: found.map(({ id, streamName, at, message, ingestedAt }) => ({
      logStreamName: streamName,
      timestamp: at,
      message,
      ingestionTime: ingestedAt,
      eventId: String(id).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    nextToken: finished || beyond === undefined ? undefined : pageToken(beyond),
  };
}

function readOne(input: JsonObject, member: string): string {
  const read = new Constraints(input);
  const value = read.requiredText(member, NAME);
  read.check();
  return value;
}

/** By name, or by ARN (with or without the `:*`). */
function groupNameOf(read: Constraints): string {
  const identifier = read.text('logGroupIdentifier', { min: 1, max: 2048 });
  if (identifier === undefined) return read.requiredText('logGroupName', NAME);
  return /:log-group:([^:]+)/.exec(identifier)?.[1] ?? identifier;
}

function timeRange(read: Constraints): { readonly from: number; readonly to: number } {
  const bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const from = read.integer('startTime', bounds) ?? 0;
  const to = read.integer('endTime', bounds) ?? Number.MAX_SAFE_INTEGER;
  return { from, to };
}

function readEvent(event: { timestamp?: unknown; message?: unknown }): NewLogEvent {
  if (typeof event.timestamp !== 'number' || typeof event.message !== 'string') {
    throw new AwsError('InvalidParameterException', 'A log event needs a timestamp and a message.');
  }
  return { at: event.timestamp, message: event.message };
}

function groupArn(group: LogGroup): string {
  return `arn:aws:logs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:log-group:${group.name}`;
}

function describeGroup(group: LogGroup): object {
  const logGroupArn = groupArn(group);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    arn: `${logGroupArn}:*`,
    logGroupArn,
    storedBytes: 0,
  };
}

function describeStream(group: LogGroup, stream: LogStream): object {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.firstEventAt ?? undefined,
    lastEventTimestamp: stream.lastEventAt ?? undefined,
    lastIngestionTime: stream.lastIngestedAt ?? undefined,
    arn: `${groupArn(group)}:log-stream:${stream.name}`,
  };
}

function streamToken(direction: StreamPlace['direction'], { at, id }: EventPlace): string {
  return `${direction === 'forward' ? 'f' : 'b'}/${at}/${id}`;
}

function readStreamToken(token: string): StreamPlace {
  const [, letter, at, id] = /^([fb])\/(\d+)\/(\d+)$/.exec(token) ?? [];
  if (letter === undefined) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return { direction: letter === 'f' ? 'forward' : 'backward', at: Number(at), id: Number(id) };
}

function pageToken(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readToken<T>(token: string): T {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as T;
  } catch {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
}
