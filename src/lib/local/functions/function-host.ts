import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionCall, FunctionHost, FunctionLogLine, FunctionResult } from '../ports.js';
import { FunctionWorker, type WorkerCall } from './function-worker.js';
import type { HostSources } from './messages.js';

/** A second thread costs more than a short wait, so the pool grows only for calls that waited this long (milliseconds). */
const GROW_AFTER_MS = 250;
const MOST_WORKERS = 4;

/** One function of workflow.json. */
export interface FunctionSettings {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

export interface FunctionHostOptions {
  /** Holds `<function>/index.mjs` and the chunks they share. */
  readonly bundleFolder: string;
  /** The built worker.ts. */
  readonly workerFile: string;
  /** By plain name, e.g. `validate-order`. */
  readonly functions: Readonly<Record<string, FunctionSettings>>;
  /** The function's own variables; nothing of the CLI's environment is added. */
  environment(functionName: string): Readonly<Record<string, string>>;
  readonly sources: HostSources;
  /** Called in the order of writing; the lines of one invocation are complete before its result is given. */
  onLine(line: FunctionLogLine): void;
  /** Default: the processor's cores, at most 4. */
  readonly workers?: number;
}

interface Waiting {
  readonly call: FunctionCall;
  readonly resolve: (result: FunctionResult) => void;
  readonly reject: (error: Error) => void;
}

/** What `invoke` rejects with when the host is closed: the invocation has no outcome. */
export class FunctionHostClosed extends Error {
  override readonly name = 'FunctionHostClosed';
}

/** Runs bundled functions in warm worker threads. Costs nothing until the first call; never keeps the process alive. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  return new ThreadHost(options);
}

class ThreadHost implements FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #workers = new Set<FunctionWorker>();
  readonly #queue: Waiting[] = [];
  readonly #mostWorkers: number;
  #growth: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.#mostWorkers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  }

  has(functionName: string): boolean {
    return Object.hasOwn(this.#options.functions, functionName);
  }

  invoke(call: FunctionCall): Promise<FunctionResult> {
    if (this.#closed) return Promise.reject(new FunctionHostClosed('the function host is closed'));
    if (!this.has(call.functionName)) {
      const failure = {
        errorType: 'Runtime.ImportModuleError',
        errorMessage: `no function is named ${call.functionName}`,
      };
      return Promise.resolve({ payload: JSON.stringify(failure), functionError: 'Unhandled' });
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ call, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#growth);
    const reason = new FunctionHostClosed('the function host was closed while the function ran');
    for (const { reject } of this.#queue.splice(0)) reject(reason);
    await Promise.all([...this.#workers].map((worker) => worker.close(reason)));
    this.#workers.clear();
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idleWorker() ?? (this.#workers.size === 0 ? this.#addWorker() : undefined);
      if (worker === undefined) {
        this.#growLater();
        return;
      }
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      worker.invoke(this.#workerCall(waiting.call)).then(waiting.resolve, waiting.reject);
    }
  }

  /** An idle worker; one that has this call's function loaded if there is such a one. */
  #idleWorker(): FunctionWorker | undefined {
    const idle = [...this.#workers].filter((worker) => !worker.busy && !worker.gone);
    const next = this.#queue[0]?.call.functionName ?? '';
    return idle.find((worker) => worker.hasLoaded(next)) ?? idle[0];
  }

  #growLater(): void {
    if (this.#growth !== undefined || this.#workers.size >= this.#mostWorkers) return;
    const first = this.#queue[0];
    this.#growth = setTimeout(() => {
      this.#growth = undefined;
      // Still the same one at the head: the workers do not keep up.
      if (this.#queue[0] === first && this.#workers.size < this.#mostWorkers) this.#addWorker();
      this.#dispatch();
    }, GROW_AFTER_MS);
  }

  #addWorker(): FunctionWorker {
    const worker = new FunctionWorker({
      workerFile: this.#options.workerFile,
      bundleUrl: pathToFileURL(this.#options.bundleFolder).href,
      // A worker serves every function, so it gets the largest one's memory.
      heapMb: Math.max(...Object.values(this.#options.functions).map((settings) => settings.memoryMb)),
      sources: this.#options.sources,
      onLine: (line) => this.#options.onLine(line),
      onFree: (freed, alive) => {
        if (!alive) this.#workers.delete(freed);
        if (!this.#closed) this.#dispatch();
      },
    });
    this.#workers.add(worker);
    return worker;
  }

  #workerCall(call: FunctionCall): WorkerCall {
    const { bundleFolder, functions, sources } = this.#options;
    const settings = functions[call.functionName] ?? { timeoutSeconds: 3, memoryMb: 128 };
    const environment = this.#options.environment(call.functionName);
    const name = environment['AWS_LAMBDA_FUNCTION_NAME'] ?? call.functionName;
    const logGroupName = `/aws/lambda/${name}`;
    const logStreamName = `${new Date(sources.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[1]local`;
    const memoryLimitInMB = String(settings.memoryMb);
    return {
      ...call,
      environment: {
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '1',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB,
        AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
        AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
        LAMBDA_TASK_ROOT: join(bundleFolder, call.functionName),
        _HANDLER: 'index.handler',
        // The SDK must not find the user's own profiles, nor ask a metadata service.
        AWS_CONFIG_FILE: join(bundleFolder, 'no-config'),
        AWS_SHARED_CREDENTIALS_FILE: join(bundleFolder, 'no-credentials'),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...environment,
      },
      context: {
        invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}:live`,
        functionVersion: '1',
        memoryLimitInMB,
        logGroupName,
        logStreamName,
        timeoutMs: settings.timeoutSeconds * 1000,
      },
    };
  }
}
