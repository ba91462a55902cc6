import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment, ROOT } from '../support/run-orders.js';

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Launch {
  /** The data folder. */
  readonly folder: string;
  /** The package; default: the one that is tested. */
  readonly root?: string;
  /** Added to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A shell's words before the command, e.g. `ulimit -f 100; exec`. */
  readonly shell?: string;
}

/** A running `orders`, for tests that let processes meet or die; run-orders.ts is for those that wait for one to end. */
export class OrdersProcess {
  readonly ended: Promise<Ended>;
  readonly startedAt = Date.now();
  private readonly child: ChildProcess;
  private stdout = '';
  private stderr = '';
  private readonly listeners = new Set<() => void>();

  constructor(args: readonly string[], { folder, root = ROOT, env, shell }: Launch) {
    const broken = process.env['ORDERS_TEST_BUILD_FAILED'];
    if (broken !== undefined) throw new Error(`there is nothing to run, the build failed:\n${broken}`);
    const command = [process.execPath, join(root, 'bin/run.js'), ...args];
    const [file = '', ...rest] = shell === undefined ? command : ['bash', '-c', `${shell} "$@"`, 'bash', ...command];
    this.child = spawn(file, rest, {
      cwd: folder,
      env: { ...cleanEnvironment(folder), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.tell();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.tell();
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject).on('close', (code, signal) => {
        const { stdout, stderr } = this;
        resolve({ code, signal, stdout, stderr, at: Date.now() });
        this.tell();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Stops reading and lets the pipe break. */
  closeStdout(): void {
    this.child.stdout?.destroy();
  }

  /** Resolves when stdout and stderr together hold the text. @throws Error when the process ends without. */
  async says(text: string): Promise<string> {
    for (;;) {
      const said = this.stdout + this.stderr;
      if (said.includes(text)) return said;
      if (!this.running) throw new Error(`orders ended without saying "${text}":\n${said}`);
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.listeners.delete(listener);
          resolve();
        };
        this.listeners.add(listener);
      });
    }
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** Runs to the end. */
export function orders(args: readonly string[], launch: Launch): Promise<Ended> {
  return new OrdersProcess(args, launch).ended;
}

/** Runs to the end, and reads the document that `--json` prints. @throws Error when there is none. */
export async function ordersJson<T>(args: readonly string[], launch: Launch): Promise<T> {
  const { stdout, stderr, code } = await orders([...args, '--json'], launch);
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`orders ${args.join(' ')} (exit ${code}) printed no JSON document:\n${stdout}\n${stderr}`);
  }
}
