import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The tests of the command line start processes, which take longer on a busy machine than a unit test may.
    testTimeout: 30_000,
    // The command line's tests mostly wait for those processes.
    maxWorkers: 2,
    // Threads start sooner than processes of their own.
    pool: 'threads',
  },
});
