import { defineConfig } from 'vitest/config';

// .ci/run asks for the counts in a file, beside what a person reads.
const results = process.env['VITEST_RESULTS'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    disableConsoleIntercept: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are what most CI machines have, and the command-line tests start processes of their own.
    maxWorkers: 2,
    globalSetup: ['test/support/build-once.ts'],
    reporters: results === undefined ? ['default'] : ['default', 'json'],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
});
