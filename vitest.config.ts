import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that need programs of other people (browser, office, compiler, shells, npm), which CI installs. */
const SYSTEM = 'test/system/**/*.test.ts';

export default defineConfig({
  test: {
    // Long enough never to end a test that a busy machine slows down; it only ends one that hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    globalSetup: 'test/support/scratch-root.ts',
    setupFiles: 'test/support/own-scratch.ts',
    // Processes, since command lines run in the folder of their files, which a thread cannot change.
    pool: 'forks',
    // One a core: by default a core would be left to others.
    maxWorkers: availableParallelism(),
    execArgv: [
      // As the program does for itself, see bin/rmpopt-bench.js: tests run long enough only to be optimized for nothing.
      ...(process.version.startsWith('v20.') ? ['--interrupt-budget=400000'] : []),
      // What a command line leaves behind is mostly garbage at its end: with room for it until then, little is copied on the way.
      '--max-semi-space-size=64',
    ],
    // Test files in one process share the modules it has loaded and compiled, which halves their time. Modules of src hold no state that shows.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'suite', include: ['test/**/*.test.ts'], exclude: [SYSTEM] } },
      { extends: true, test: { name: 'system', include: [SYSTEM] } },
    ],
  },
});
