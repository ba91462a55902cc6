import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, temporaryFolder } from '../support/run-orders.js';

interface Settings {
  readonly functions: Record<string, object>;
  readonly types: Record<string, object>;
}

/** A copy of the installed package: no build that goes on meanwhile changes it, and its functions can be replaced. */
export class Installation {
  readonly root = temporaryFolder();

  constructor() {
    const workflow = 'workflows/order-processing';
    mkdirSync(join(this.root, workflow), { recursive: true });
    for (const part of ['bin', 'dist', 'package.json', `${workflow}/examples`]) {
      cpSync(join(ROOT, part), join(this.root, part), { recursive: true });
    }
    for (const file of ['order-processing.asl.json', 'workflow.json', 'demo-stock.json']) {
      cpSync(join(ROOT, workflow, file), join(this.root, workflow, file));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
  }

  /** @param source an ES module that exports `handler`. */
  replaceFunction(name: string, source: string): void {
    writeFileSync(join(this.root, 'dist/functions', name, 'index.mjs'), source);
  }

  /** One function gets this time and no second try after a time-out; all get this memory, for they share a thread. */
  limitFunction(name: string, { timeoutSeconds, memoryMb }: { timeoutSeconds: number; memoryMb: number }): void {
    const file = join(this.root, 'workflows/order-processing/workflow.json');
    const settings = JSON.parse(readFileSync(file, 'utf8')) as Settings;
    for (const [each, own] of Object.entries(settings.functions)) settings.functions[each] = { ...own, memoryMb };
    settings.functions[name] = { ...settings.functions[name], timeoutSeconds };
    settings.types['STANDARD'] = { ...settings.types['STANDARD'], TimeoutRetries: 0 };
    writeFileSync(file, JSON.stringify(settings));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
