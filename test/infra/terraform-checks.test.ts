import { describe, expect, test } from 'vitest';
import { terraformFolder } from './terraform.js';

/* What Terraform itself can say of the module. Each is skipped, with words, where Terraform or the provider is missing. */
describe('infra/', () => {
  test('is written as terraform fmt writes it, is valid, and its own tests pass', { timeout: 300_000 }, async (context) => {
    const folder = await terraformFolder(context);
    expect(await folder.run(['fmt', '-check', '-recursive'])).toMatchObject({ status: 0, output: '' });
    expect(await folder.run(['validate'])).toMatchObject({ status: 0 });
    const tests = await folder.run(['test']);
    expect(tests.output).toMatch(/Success! \d+ passed, 0 failed/u);
  });
});
