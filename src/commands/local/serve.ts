import { Flags } from '@oclif/core';
import { Failure } from '../../lib/cli/failure.js';
import { OrdersCommand } from '../../lib/cli/orders-command.js';

const LAMBDA_VARIABLE = 'AWS_ENDPOINT_URL_LAMBDA';

interface ServeAnswer {
  readonly endpointUrl: string;
  readonly port: number;
  readonly folder: string;
  readonly stateMachineArn: string;
}

export default class LocalServe extends OrdersCommand<ServeAnswer> {
  static override summary = 'serve the local environment on a loopback port';
  static override description =
    'Offers what the commands use in their own process to other tools: the AWS CLI, any SDK, a second ' +
    'terminal. Executions that are started this way, or that nobody drives any more, are driven here. Reachable from this ' +
    'machine only. Ends on Ctrl-C.';
  static override examples = [
    { description: 'Serve on the usual port:', command: '<%= config.bin %> local serve' },
    { description: 'On any free port, which is printed:', command: '<%= config.bin %> local serve --port 0' },
  ];
  static override flags = {
    port: Flags.integer({
      char: 'p',
      summary: 'port to listen on; 0 takes any free one',
      default: 4599,
      min: 0,
      max: 65_535,
    }),
    'lambda-endpoint': Flags.string({
      summary: 'Lambda API for functions that are not bundled (default: AWS_ENDPOINT_URL_LAMBDA)',
      helpValue: 'URL',
    }),
  };

  override async run(): Promise<ServeAnswer> {
    const { flags } = await this.parse(LocalServe);
    // The variable is where AWS's tools look, too; the flag is another way to set it.
    if (flags['lambda-endpoint'] !== undefined) process.env[LAMBDA_VARIABLE] = endpoint(flags['lambda-endpoint']);
    const local = await this.localEnvironment();
    const stop = this.interruption;
    const server = await local.serve(flags.port);
    const endpointUrl = `http://127.0.0.1:${server.port}`;
    const answer = { endpointUrl, port: server.port, folder: local.folder, stateMachineArn: local.stateMachineArn };

    // Whoever waits for the port reads the first line: under --json it is the document, at once and not at the end.
    this.announce(answer);
    this.line(endpointUrl);
    this.tell(`serving ${this.clean(local.folder)} until Ctrl-C; in another terminal:`);
    this.tell(`  orders list --endpoint-url ${endpointUrl}`);
    this.tell(`  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws stepfunctions list-executions \\
    --endpoint-url ${endpointUrl} --region us-east-1 --state-machine-arn ${local.stateMachineArn}`);
    await aborted(stop);
    await server.close();
    this.tell('stopped; what was running goes on with the next orders start, redrive or local serve');
    if (stop.reason instanceof Failure) this.exitWith(stop.reason.exit);
    return answer;
  }
}

/** @throws Failure (usage) for what is no http(s) address. */
function endpoint(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new Failure('usage', `--lambda-endpoint takes an address such as http://127.0.0.1:3001, got ${text}`);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
