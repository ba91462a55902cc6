import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';

/** What a function wrote, in order, START, END and REPORT lines included. @param endpoint of `orders local serve`. */
export async function functionLines(endpoint: string, functionName: string): Promise<string[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const logs = new CloudWatchLogs({ endpoint, region: 'us-east-1', credentials });
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const logGroupName = `/aws/lambda/orders-local-${functionName}`;
    const page = await logs.filterLogEvents({ logGroupName, nextToken });
    lines.push(...(page.events ?? []).map(({ message }) => message ?? ''));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  logs.destroy();
  return lines;
}

/** How often each function was started. */
export async function functionStarts(endpoint: string, functions: readonly string[]): Promise<Map<string, number>> {
  const starts = new Map<string, number>();
  for (const name of functions) {
    const lines = await functionLines(endpoint, name);
    starts.set(name, lines.filter((line) => line.startsWith('START RequestId:')).length);
  }
  return starts;
}
