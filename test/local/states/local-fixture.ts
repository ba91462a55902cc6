import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { SFN } from '@aws-sdk/client-sfn';
import { afterEach } from 'vitest';
import { openLocal, type LocalEnvironment, type OpenLocalOptions } from '../../../src/lib/local/index.js';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Registers work for after the test, last in first out. */
export function afterTest(work: () => Promise<void>): void {
  opened.push(work);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orders-local-'));
  afterTest(async () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A local environment in a folder of its own (or a given one), closed after the test. */
export function localEnvironment(options: Partial<OpenLocalOptions> = {}): LocalEnvironment {
  const folder = options.folder ?? temporaryFolder();
  const local = openLocal({ packageRoot: REPOSITORY, ...options, folder });
  afterTest(() => local.close());
  return local;
}

export interface Served {
  readonly local: LocalEnvironment;
  readonly port: number;
  readonly sfn: SFN;
  readonly logs: CloudWatchLogs;
}

/** The same on a loopback port, which drives all executions, with SDK clients that point there. */
export async function servedEnvironment(options: Partial<OpenLocalOptions> = {}): Promise<Served> {
  const local = localEnvironment(options);
  const server = await local.serve(0);
  afterTest(() => server.close());
  return { local, port: server.port, ...clientsAt(server.port) };
}

export function clientsAt(port: number): { readonly sfn: SFN; readonly logs: CloudWatchLogs } {
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    disableHostPrefix: true,
    maxAttempts: 1,
  };
  const sfn = new SFN(settings);
  const logs = new CloudWatchLogs(settings);
  afterTest(async () => {
    sfn.destroy();
    logs.destroy();
  });
  return { sfn, logs };
}

/** Creates a machine of that definition. @returns its ARN. */
export async function createMachine(
  sfn: SFN,
  definition: object,
  options: { name?: string; type?: 'STANDARD' | 'EXPRESS' } = {},
) {
  const created = await sfn.createStateMachine({
    name: options.name ?? 'machine',
    definition: JSON.stringify(definition),
    roleArn: 'arn:aws:iam::000000000000:role/test',
    ...(options.type !== undefined && { type: options.type }),
  });
  return created.stateMachineArn ?? '';
}

export const PASS = { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } };
/** Waits longer than any test runs, unless fast-forwarded. */
export const LONG_WAIT = { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 3600, End: true } } };
