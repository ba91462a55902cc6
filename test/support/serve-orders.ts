import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment, ROOT } from './run-orders.js';

/** What a client without credentials of its own signs with: the local environment does not check. */
export const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface ServedOrders {
  readonly url: string;
  /** Ends it as Ctrl-C does. */
  close(): Promise<void>;
}

/** `orders local serve` over a data folder, as a process of its own on a free port. @param more flags */
export async function serveOrders(folder: string, ...more: string[]): Promise<ServedOrders> {
  const args = [join(ROOT, 'bin', 'run.js'), 'local', 'serve', '--port', '0', ...more];
  const child = spawn(process.execPath, args, { env: cleanEnvironment(folder), stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void gone.then(() => reject(new Error(`orders local serve ended:\n${said}`)));
  });
  return {
    url,
    async close() {
      child.kill('SIGINT');
      await gone;
    },
  };
}
