/**
 * The entry of a worker thread that runs bundled functions, one invocation at a time, as a Lambda execution environment
 * does. Loaded bundles stay loaded: the next invocation is warm, and chunks that functions share load once.
 *
 * Known limits of a thread beside a sandbox: writing to file descriptor 1 or 2 directly reaches the terminal of the
 * CLI; process.chdir and process.umask are refused by Node; work that goes on after the handler answered is not frozen.
 */
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { consoleEntry, thrown, type InvocationFailure } from './invocation-report.js';
import type { HostMessage, OutputStream, WorkerMessage, WorkerSetup } from './messages.js';
import { claimOutput } from './output-window.js';

type Handler = (event: unknown, context: unknown) => unknown;

/** The largest answer Lambda passes on, in bytes. */
const LARGEST_RESULT = 6_291_556;

const setup = workerData as WorkerSetup;
const host = parentPort;
if (host === null) throw new Error('worker.ts is the entry of a worker thread');

// Taken before any bundle can replace them.
const post = host.postMessage.bind(host) as (message: WorkerMessage) => void;
const exit = process.exit.bind(process);
const now = Date.now.bind(Date);

/** Whose output this is: the running invocation, or the last one while its left-overs still work. */
let requestId = '';
let running = false;
const handlers = new Map<string, Handler>();

captureOutput();
containProcess();
host.on('message', (message: HostMessage) => void invoke(message));

async function invoke(call: HostMessage): Promise<void> {
  requestId = call.requestId;
  running = true;
  replaceEnvironment(call.environment);
  try {
    const handler = handlers.get(call.functionName) ?? (await load(call.functionName));
    const startedAt = now();
    post({ kind: 'initialised' });
    const result = await handler(parse(call.payload), contextOf(call, startedAt));
    answer(call.requestId, result);
  } catch (error) {
    const failure = thrown(error);
    entry('ERROR', `Invoke Error \t${JSON.stringify({ ...failure, trace: undefined, stack: failure.trace })}`);
    fail(call.requestId, failure, false);
  }
}

async function load(functionName: string): Promise<Handler> {
  const module = (await import(`${setup.bundleUrl}/${functionName}/index.mjs`)) as { handler?: unknown };
  if (typeof module.handler !== 'function') {
    throw named('Runtime.HandlerNotFound', 'index.handler is undefined or not exported');
  }
  const handler = module.handler as Handler;
  handlers.set(functionName, handler);
  return handler;
}

function parse(payload: string): unknown {
  return payload === '' ? {} : JSON.parse(payload);
}

function contextOf(call: HostMessage, startedAt: number): object {
  const { timeoutMs, ...rest } = call.context;
  return {
    ...rest,
    callbackWaitsForEmptyEventLoop: true,
    functionName: call.environment['AWS_LAMBDA_FUNCTION_NAME'] ?? call.functionName,
    awsRequestId: call.requestId,
    getRemainingTimeInMillis: () => Math.max(0, startedAt + timeoutMs - now()),
  };
}

function answer(id: string, result: unknown): void {
  let payload: string | undefined;
  try {
    payload = JSON.stringify(result ?? null);
  } catch {
    payload = undefined;
  }
  if (payload === undefined) {
    fail(id, thrown(named('Runtime.MarshalError', 'Unable to stringify response body')), false);
  } else if (Buffer.byteLength(payload) > LARGEST_RESULT) {
    const message = `Response payload size exceeded maximum allowed payload size (${LARGEST_RESULT} bytes).`;
    fail(id, { errorType: 'Function.ResponseSizeTooLarge', errorMessage: message }, false);
  } else {
    running = false;
    post({ kind: 'result', requestId: id, payload });
  }
}

function fail(id: string, failure: InvocationFailure, fatal: boolean): void {
  running = false;
  post({ kind: 'failure', requestId: id, payload: JSON.stringify(failure), fatal });
}

/** One worker serves many functions, so each invocation starts from exactly its own variables. */
function replaceEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) process.env[name] = value;
}

function captureOutput(): void {
  captureStream('stdout');
  captureStream('stderr');
  const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
  for (const [method, level] of Object.entries(levels) as [keyof typeof levels, string][]) {
    // eslint-disable-next-line no-console -- a function's console is what is replaced here
    console[method] = (...values: unknown[]) => entry(level, format(...values));
  }
  // Node prints warnings past process.stderr, straight to the terminal.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => entry('WARN', `${warning.name}: ${warning.message}`));
}

function captureStream(stream: OutputStream): void {
  const write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const text =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8').toString('utf8')
        : Buffer.from(chunk as Uint8Array).toString('utf8');
    const bytes = Buffer.byteLength(text);
    claimOutput(setup.outputWindow, bytes);
    post({ kind: 'chunk', requestId, stream, text, bytes });
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  Object.defineProperty(process[stream], 'write', { value: write, writable: true, configurable: true });
}

function entry(level: string, message: string): void {
  const text = consoleEntry(now(), requestId, level, message);
  const bytes = Buffer.byteLength(text);
  claimOutput(setup.outputWindow, bytes);
  post({ kind: 'entry', requestId, text, bytes });
}

/** What would end a Lambda sandbox ends this worker, never the process of the CLI. */
function containProcess(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal = 'SIGTERM') => {
    if (pid !== process.pid && pid > 0) return kill(pid, signal);
    if (signal !== 0) {
      post({ kind: 'killed', signal: signal === 'SIGKILL' || signal === 9 ? 'killed' : 'terminated' });
      exit(1);
    }
    return true;
  };
  process.on('unhandledRejection', (reason) => {
    const failure = thrown(reason);
    const text = `${failure.errorType}: ${failure.errorMessage}`;
    giveUp('Unhandled Promise Rejection', {
      ...failure,
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: text,
    });
  });
  process.on('uncaughtException', (error) => giveUp('Uncaught Exception', thrown(error)));
}

/** The runtime is no longer to be trusted: report, if anybody listens, and end. */
function giveUp(what: string, failure: InvocationFailure): void {
  entry('ERROR', `${what} \t${JSON.stringify({ ...failure, trace: undefined, stack: failure.trace })}`);
  if (running) fail(requestId, failure, true);
  exit(129);
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
