import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    disableConsoleIntercept: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are what most CI machines have; the command-line tests start a process each.
    maxWorkers: 2,
    globalSetup: ['test/support/build-once.ts'],
  },
});
