import { Worker } from 'node:worker_threads';
import { endLine, exited, reportLine, startLine, timedOut, type WorkerEnd } from './invocation-report.js';
import { LineAssembler } from './line-assembler.js';
import type { HostMessage, HostSources, InvocationContext, WorkerMessage, WorkerSetup } from './messages.js';
import { createOutputWindow, releaseOutput } from './output-window.js';
import type { FunctionCall, FunctionLogLine, FunctionResult } from '../ports.js';

/** Lambda gives a bundle ten seconds to load before the function's own time counts. */
const INIT_MS = 10_000;
const MEGABYTE = 1024 * 1024;

export interface FunctionWorkerOptions {
  readonly workerFile: string;
  readonly bundleUrl: string;
  /** Heap limit of the thread in megabytes. */
  readonly heapMb: number;
  readonly sources: HostSources;
  onLine(line: FunctionLogLine): void;
  /** The worker answered its call (`alive`), or it is gone and must not be used again. */
  onFree(worker: FunctionWorker, alive: boolean): void;
}

export interface WorkerCall extends FunctionCall {
  readonly environment: Readonly<Record<string, string>>;
  readonly context: InvocationContext;
}

interface Running {
  readonly call: WorkerCall;
  readonly resolve: (result: FunctionResult) => void;
  readonly reject: (error: Error) => void;
  readonly stdout: LineAssembler;
  readonly stderr: LineAssembler;
  timer: NodeJS.Timeout;
  dispatchedAt: number;
  /** When the handler began; undefined while the bundle loads. */
  startedAt: number | undefined;
}

/**
 * One worker thread and the one invocation it may have.
 *
 *   idle ──invoke──> loading ──initialised──> running ──result──> idle
 *                       └────────── time-out, exit, crash ──────> gone
 */
export class FunctionWorker {
  readonly #options: FunctionWorkerOptions;
  readonly #window = createOutputWindow();
  readonly #worker: Worker;
  readonly #loaded = new Set<string>();
  #running: Running | undefined;
  /** Whose left-overs may still write. */
  #last: FunctionCall | undefined;
  /** What the taker of lines threw; the invocation ends with it. */
  #lineFailure: { readonly error: unknown } | undefined;
  #end: WorkerEnd | undefined;
  #gone = false;

  constructor(options: FunctionWorkerOptions) {
    this.#options = options;
    const setup: WorkerSetup = { bundleUrl: options.bundleUrl, outputWindow: this.#window };
    this.#worker = new Worker(options.workerFile, {
      workerData: setup,
      // Nothing of the user's environment, flags or terminal: only what each invocation brings.
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMb },
    });
    this.#worker.unref();
    this.#worker.on('message', (message: WorkerMessage) => this.#take(message));
    this.#worker.on('error', (error: Error & { code?: string }) => this.#crashed(error));
    this.#worker.on('exit', (status) => this.#exited(status));
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  get gone(): boolean {
    return this.#gone;
  }

  hasLoaded(functionName: string): boolean {
    return this.#loaded.has(functionName);
  }

  /** Rejects only when the host is closed meanwhile, or when a line could not be taken (a full disk). */
  invoke(call: WorkerCall): Promise<FunctionResult> {
    return new Promise((resolve, reject) => {
      const emit = (message: string): void => this.#line(call, message);
      this.#running = {
        call,
        resolve,
        reject,
        stdout: new LineAssembler(emit),
        stderr: new LineAssembler(emit),
        timer: this.#timer(Math.max(INIT_MS, call.context.timeoutMs), call),
        dispatchedAt: performance.now(),
        startedAt: undefined,
      };
      this.#worker.ref();
      emit(startLine(call.requestId, call.context.functionVersion));
      const { functionName, requestId, payload, environment, context } = call;
      const message: HostMessage = { kind: 'invoke', functionName, requestId, payload, environment, context };
      this.#worker.postMessage(message);
    });
  }

  /** Ends the thread; an invocation under way is rejected with `reason`. */
  async close(reason: Error): Promise<void> {
    const running = this.#release();
    this.#gone = true;
    await this.#worker.terminate();
    running?.reject(reason);
  }

  #take(message: WorkerMessage): void {
    if (message.kind === 'chunk' || message.kind === 'entry') releaseOutput(this.#window, message.bytes);
    const running = this.#running;
    if (running === undefined) {
      this.#takeLeftOver(message);
      return;
    }
    switch (message.kind) {
      case 'initialised':
        clearTimeout(running.timer);
        running.timer = this.#timer(running.call.context.timeoutMs, running.call);
        running.startedAt = performance.now();
        return;
      case 'chunk':
        running[message.stream].write(message.text);
        return;
      case 'entry':
        // Pieces written before it come before it, line end or not.
        running.stdout.flush();
        running.stderr.flush();
        this.#line(running.call, message.text);
        return;
      case 'killed':
        this.#end = { kind: 'signal', signal: message.signal };
        return;
      case 'result':
        this.#finish({ payload: message.payload }, true);
        return;
      case 'failure':
        this.#finish({ payload: message.payload, functionError: 'Unhandled' }, !message.fatal);
        return;
    }
  }

  /** Work that goes on after its invocation was answered still writes. */
  #takeLeftOver(message: WorkerMessage): void {
    const last = this.#last;
    if (last === undefined || this.#gone) return;
    const emit = (text: string): void => this.#line(last, text);
    if (message.kind === 'entry') emit(message.text);
    if (message.kind !== 'chunk') return;
    const lines = new LineAssembler(emit);
    lines.write(message.text);
    lines.flush();
  }

  #timer(milliseconds: number, call: WorkerCall): NodeJS.Timeout {
    return setTimeout(() => void this.#timedOut(call), milliseconds);
  }

  async #timedOut(call: WorkerCall): Promise<void> {
    this.#gone = true;
    // What the function wrote before is still on its way: it arrives before terminate() resolves.
    await this.#worker.terminate();
    if (this.#running?.call !== call) return;
    const failure = timedOut(call.requestId, call.context.timeoutMs);
    const text = failure.errorMessage.replace(/^RequestId: \S+ Error: /, '');
    this.#finish({ payload: JSON.stringify(failure), functionError: 'Unhandled' }, false, [
      `${new Date(this.#options.sources.now()).toISOString()} ${call.requestId} ${text}`,
    ]);
  }

  #crashed(error: Error & { code?: string }): void {
    // An uncaught error inside the worker reports itself; here arrive the thread's own deaths.
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') this.#end = { kind: 'signal', signal: 'killed' };
  }

  #exited(status: number): void {
    const timingOut = this.#gone;
    this.#gone = true;
    const running = this.#running;
    if (running === undefined) {
      this.#options.onFree(this, false);
      return;
    }
    if (timingOut) return;
    const failure = exited(running.call.requestId, this.#end ?? { kind: 'exit', status });
    this.#finish({ payload: JSON.stringify(failure), functionError: 'Unhandled' }, false, [failure.errorMessage]);
  }

  #finish(result: FunctionResult, alive: boolean, lastWords: readonly string[] = []): void {
    const running = this.#release();
    if (running === undefined) return;
    const { call } = running;
    running.stdout.flush();
    running.stderr.flush();
    for (const words of lastWords) this.#line(call, words);
    this.#line(call, endLine(call.requestId));
    this.#line(call, this.#report(running));
    if (!alive) this.#gone = true;
    this.#loaded.add(call.functionName);
    if (this.#lineFailure === undefined) running.resolve(result);
    else running.reject(asError(this.#lineFailure.error));
    this.#lineFailure = undefined;
    // A result that came while the time-out already ends the thread still counts; the thread does not.
    this.#options.onFree(this, !this.#gone);
  }

  #release(): Running | undefined {
    const running = this.#running;
    if (running === undefined) return undefined;
    clearTimeout(running.timer);
    this.#running = undefined;
    this.#last = running.call;
    this.#worker.unref();
    return running;
  }

  #report(running: Running): string {
    const { call, dispatchedAt, startedAt } = running;
    const begin = startedAt ?? dispatchedAt;
    const initMs = this.#loaded.has(call.functionName) ? undefined : begin - dispatchedAt;
    return reportLine({
      requestId: call.requestId,
      durationMs: performance.now() - begin,
      ...(initMs === undefined ? {} : { initMs }),
      memoryMb: Number(call.context.memoryLimitInMB),
      // Threads share one process: its memory is the only figure there is.
      usedMb: Math.round(process.memoryUsage.rss() / MEGABYTE),
    });
  }

  #line(call: FunctionCall, message: string): void {
    const { functionName, requestId } = call;
    try {
      this.#options.onLine({ functionName, requestId, timestamp: this.#options.sources.now(), message });
    } catch (error) {
      // Thrown in an event of the thread it would end the process instead of the call.
      this.#lineFailure ??= { error };
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
