import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { backendOverride } from '../../src/lib/terraform/backend.js';
import { findBinary, type Binary } from '../../src/lib/terraform/binary.js';
import type { StopWish } from '../../src/lib/terraform/process.js';
import { TerraformSession } from '../../src/lib/terraform/session.js';
import { openWorkFolder } from '../../src/lib/terraform/work-folder.js';

/*
 * The real Terraform with a resource that takes a minute, stopped while it is made. It needs no provider but the one that is
 * built in. Without Terraform it is skipped.
 */
const scratch = mkdtempSync(join(tmpdir(), 'orders-interruption-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const MODULE = `
resource "terraform_data" "quick" {}
resource "terraform_data" "slow" {
  depends_on = [terraform_data.quick]
  provisioner "local-exec" { command = "sleep 60" }
}
`;

test(
  'one SIGINT stops an apply in order: what is made is in the state, and the lock is gone',
  { timeout: 60_000 },
  async (context) => {
    let binary: Binary;
    try {
      binary = await findBinary(process.env);
    } catch (error) {
      return context.skip((error as Error).message);
    }
    const folder = await openWorkFolder(scratch, 'slow');
    const backend = { kind: 'local', type: 'local', file: folder.localState } as const;
    mkdirSync(folder.module);
    writeFileSync(join(folder.module, 'main.tf'), MODULE);
    writeFileSync(join(folder.module, 'backend_override.tf.json'), backendOverride(backend));

    let stop: (wish: StopWish) => void = () => {};
    const session = new TerraformSession({
      binary,
      folder,
      backend,
      env: process.env,
      providerEnv: {},
      now: Date.now,
      stopWishes: (listener) => {
        stop = listener;
        return () => {};
      },
      onMessage: ({ type, hook }) => {
        if (type === 'provision_start' && hook?.resource?.addr === 'terraform_data.slow')
          stop({ how: 'in-order', exit: 'interrupted' });
      },
    });
    await session.init();
    const { plan, changes } = await session.plan('deploy', []);
    expect([changes, plan.changes.length]).toEqual([true, 2]);
    await expect(session.apply(plan)).rejects.toMatchObject({
      exit: 'interrupted',
      message: 'Terraform apply was stopped in order: what is done is done and in the state',
    });
    const state = JSON.parse(readFileSync(folder.localState, 'utf8')) as {
      resources: { name: string; instances: object[] }[];
    };
    expect(state.resources.map(({ name }) => name).sort()).toEqual(['quick', 'slow']);
    expect(state.resources.find(({ name }) => name === 'slow')?.instances).toMatchObject([{ status: 'tainted' }]);

    // Nobody holds the state any more.
    await expect(session.plan('refresh', [])).resolves.toMatchObject({ changes: false });
    await folder.close();
    expect(existsSync(folder.run)).toBe(false);
  },
);
