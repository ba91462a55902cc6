import type { LocalSources } from '../../ports.js';
import { LOCAL_ACCOUNT } from '../../states/arns.js';
import { AwsError } from '../../wire/aws-error.js';
import type { Operations } from '../../wire/aws-json-service.js';
import { Constraints } from '../../wire/constraints.js';
import type { LogGroup, LogStore } from '../log-store.js';
import { parseQuery } from './parse-query.js';
import { runQuery, type QueryProgress } from './run-query.js';

/** Answers are kept in memory, the latest of them: a query belongs to the process that was asked. */
const KEPT_QUERIES = 50;
const MOST_GROUPS = 50;
/** Later than this as seconds would be the year 5138: such times are milliseconds, which AWS accepts as well. */
const LATEST_SECOND = 99_999_999_999;

interface RunningQuery extends QueryProgress {
  status: 'Running' | 'Complete' | 'Failed' | 'Cancelled';
}

/** StartQuery, GetQueryResults and StopQuery of CloudWatch Logs Insights; the texts of refusals are ours. */
export function insightsOperations(
  logs: LogStore,
  requireGroup: (name: string) => LogGroup,
  sources: Pick<LocalSources, 'uuid'>,
): Operations {
  const queries = new Map<string, RunningQuery>();
  const requireQuery = (id: string): RunningQuery => {
    const query = queries.get(id);
    if (query === undefined) throw new AwsError('ResourceNotFoundException', `Query with id ${id} does not exist.`);
    return query;
  };

  return {
    StartQuery: (input) => {
      const read = new Constraints(input);
      const text = read.requiredText('queryString', { max: 10_000 });
      const bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };
      const from = read.integer('startTime', bounds);
      const to = read.integer('endTime', bounds);
      const limit = read.integer('limit', { min: 1, max: 10_000 });
      const language = read.text('queryLanguage', { oneOf: ['CWLI', 'SQL', 'PPL'] }) ?? 'CWLI';
      const names = groupNames(read);
      read.check();
      if (from === undefined || to === undefined || from > to) {
        throw invalid('startTime and endTime are required, and the start comes before the end.');
      }
      if (language !== 'CWLI') throw invalid(`The local environment does not offer the query language ${language}.`);
      const groups = names.map(requireGroup);
      const parsed = parseQuery(text);
      const query: RunningQuery = {
        status: 'Running',
        results: [],
        recordsMatched: 0,
        recordsScanned: 0,
        bytesScanned: 0,
      };
      const queryId = sources.uuid();
      queries.set(queryId, query);
      for (const id of [...queries.keys()].slice(0, Math.max(0, queries.size - KEPT_QUERIES))) queries.delete(id);
      const lastMoment = to > LATEST_SECOND ? to : to * 1000 + 999;
      const scope = { groups, from: milliseconds(from), to: lastMoment + 1, limit, accountId: LOCAL_ACCOUNT };
      runQuery(logs, parsed, scope, query, () => query.status !== 'Running').then(
        () => {
          if (query.status === 'Running') query.status = 'Complete';
        },
        () => {
          query.status = 'Failed';
        },
      );
      return { queryId };
    },

    GetQueryResults: (input) => {
      const read = new Constraints(input);
      const id = read.requiredText('queryId', { max: 256 });
      read.check();
      const { status, results, recordsMatched, recordsScanned, bytesScanned } = requireQuery(id);
      return {
        queryLanguage: 'CWLI',
        status,
        results,
        statistics: { recordsMatched, recordsScanned, bytesScanned },
      };
    },

    StopQuery: (input) => {
      const read = new Constraints(input);
      const id = read.requiredText('queryId', { max: 256 });
      read.check();
      const query = requireQuery(id);
      if (query.status !== 'Running') throw invalid(`Query with id ${id} is not running.`);
      query.status = 'Cancelled';
      return { success: true };
    },
  };
}

/** By exactly one of the three members. */
function groupNames(read: Constraints): readonly string[] {
  const name = read.text('logGroupName', { min: 1, max: 512 });
  const lists = ['logGroupNames', 'logGroupIdentifiers'].map((member) => read.list(member));
  const given = [name === undefined ? undefined : [name], ...lists].filter((list) => list !== undefined);
  const [names = []] = given;
  if (given.length !== 1 || names.length === 0 || names.length > MOST_GROUPS) {
    throw invalid(`A query needs 1 to ${MOST_GROUPS} log groups, by name or by identifier.`);
  }
  return names.map((one) => /:log-group:([^:]+)/.exec(String(one))?.[1] ?? String(one));
}

function milliseconds(time: number): number {
  return time > LATEST_SECOND ? time : time * 1000;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
