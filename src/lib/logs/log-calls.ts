import type {
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetQueryResultsResponse,
  StartQueryRequest,
  StartQueryResponse,
} from '@aws-sdk/client-cloudwatch-logs';

/** The calls of CloudWatch Logs that this folder makes; the SDK's aggregated client fits as it is. */
export interface LogsCalls {
  filterLogEvents(input: FilterLogEventsRequest): Promise<FilterLogEventsResponse>;
  startQuery(input: StartQueryRequest): Promise<StartQueryResponse>;
  getQueryResults(input: { readonly queryId: string }): Promise<GetQueryResultsResponse>;
}

/** Time, handed in: what waits in a test need not wait. */
export interface LogClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, early (without an error) when `signal` is aborted. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** How late a line may arrive and still be waited for; milliseconds. Recorded on AWS: 2 to 11 seconds. */
export const LATE_WINDOW = 15_000;
/** A round of a follower reads again what is younger than this, for lines that arrive later still; milliseconds. */
export const OVERLAP = 60_000;
