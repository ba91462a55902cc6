import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Calls } from './step-functions.js';

const PAGE = 1_000;
/** A payload may be 256 KB large, and a page is held at once. */
const PAGE_WITH_DATA = 100;

/** All events of an execution, oldest first, page by page. */
export async function* historyEvents(
  calls: Calls<'getExecutionHistory'>,
  executionArn: string,
  options: { readonly data?: boolean } = {},
): AsyncGenerator<HistoryEvent> {
  let nextToken: string | undefined;
  do {
    const page = await calls.getExecutionHistory({
      executionArn,
      maxResults: options.data === true ? PAGE_WITH_DATA : PAGE,
      includeExecutionData: options.data ?? false,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    yield* page.events ?? [];
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}
