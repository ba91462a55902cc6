import { defineConfig } from 'vitest/config';

/** Minutes of waiting for Terraform's provider, so not among `npm test`. */
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts'],
    disableConsoleIntercept: true,
    globalSetup: ['test/support/build-once.ts'],
  },
});
