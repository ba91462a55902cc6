import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Binary } from './binary.js';
import { parseMessage, type Diagnostic, type UiMessage } from './message.js';

/** What a user asks of a run that is under way: to end in order, or at once; and what orders then ends with. */
export interface StopWish {
  readonly how: 'in-order' | 'by-force';
  readonly exit: 'interrupted' | 'terminated';
}

/** Gives the listener every wish to stop until it is let go of. */
export type StopWishes = (listener: (wish: StopWish) => void) => () => void;

export interface Run {
  readonly binary: Binary;
  /** The first one names the command. */
  readonly args: readonly string[];
  /** Where the configuration is. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** A folder that nobody else reads: what Terraform prints goes through files there. */
  readonly privateFolder: string;
  readonly stopWishes?: StopWishes;
  readonly onMessage?: (message: UiMessage) => void;
  /** Told the process's id as soon as there is one. */
  readonly onStart?: (pid: number) => void;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The last wish to stop it, if there was one. */
  readonly stopped?: StopWish;
}

const LOOK_MS = 100;

/**
 * Runs the binary to its end.
 *
 *     Ctrl-C in the terminal ──► orders ──SIGINT, once──► terraform ──► lets running operations end, saves the state
 *
 * It leads a process group of its own, so that the terminal's Ctrl-C does not reach it a second time past us: at a second
 * interrupt Terraform drops everything. Its output goes to files and not to pipes, so that it outlives us if we are
 * killed: a pipe that nobody reads would kill it before it has saved its state.
 */
export async function runTerraform(run: Run): Promise<Finished> {
  const out = join(run.privateFolder, 'stdout');
  const err = join(run.privateFolder, 'stderr');
  const [outFile, errFile] = [openSync(out, 'w+', 0o600), openSync(err, 'w+', 0o600)];
  const diagnostics: Diagnostic[] = [];
  const reader = new LineReader(outFile, (line) => {
    const message = parseMessage(line);
    if (message === undefined) return;
    if (message.type === 'diagnostic' && message.diagnostic !== undefined) diagnostics.push(message.diagnostic);
    run.onMessage?.(message);
  });
  let stopped: StopWish | undefined;
  const child = spawn(run.binary.path, [`-chdir=${run.folder}`, ...run.args], {
    env: run.env,
    stdio: ['ignore', outFile, errFile],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const letGo = run.stopWishes?.((wish) => {
    if (stopped !== undefined && wish.how === 'in-order') return;
    stopped = wish;
    child.kill('SIGINT');
  });
  if (child.pid !== undefined) run.onStart?.(child.pid);
  const looking = setInterval(() => reader.read(), LOOK_MS);
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (...ended) => resolve(ended));
    });
    reader.read();
    const written = { stdout: reader.text, stderr: wholeOf(errFile), diagnostics };
    return { code, signal, ...written, ...(stopped === undefined ? {} : { stopped }) };
  } finally {
    clearInterval(looking);
    letGo?.();
    closeSync(outFile);
    closeSync(errFile);
  }
}

/** Reads what has been appended to a file since it last looked. */
class LineReader {
  text = '';
  private rest = '';
  private position = 0;
  private readonly decoder = new StringDecoder('utf8');
  private readonly buffer = Buffer.alloc(64 * 1024);

  constructor(
    private readonly file: number,
    private readonly onLine: (line: string) => void,
  ) {}

  read(): void {
    for (;;) {
      const count = readSync(this.file, this.buffer, 0, this.buffer.length, this.position);
      if (count === 0) return;
      this.position += count;
      const chunk = this.decoder.write(this.buffer.subarray(0, count));
      this.text += chunk;
      const lines = (this.rest + chunk).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.onLine(line);
    }
  }
}

function wholeOf(file: number): string {
  const parts: Buffer[] = [];
  const buffer = Buffer.alloc(64 * 1024);
  for (let position = 0; ;) {
    const count = readSync(file, buffer, 0, buffer.length, position);
    if (count === 0) return Buffer.concat(parts).toString('utf8');
    parts.push(Buffer.from(buffer.subarray(0, count)));
    position += count;
  }
}
