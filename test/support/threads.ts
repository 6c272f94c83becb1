import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { scratchFile } from './cli.js';

/** Environment in which every thread does something of its own with a `task` before it sets about it. */
export function beforeEachTask(name: string, code: string): Record<string, string> {
  const file = scratchFile(
    name,
    `import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    const on = parentPort?.on.bind(parentPort);
    if (on) parentPort.on = (event, handle) => on(event, (task) => { ${code}; handle(task); });`,
  );
  return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` };
}

/** What a thread does that waits. */
export function waitMs(ms: number): string {
  return `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});`;
}

/**
 * Environment in which threads count the tasks they set about, and a wait for them to have begun so many together.
 * @param then what they do when they have counted
 */
export function countedTasks(name: string, then = '') {
  const count = scratchFile(`${name}.count`, '');
  return {
    env: beforeEachTask(`${name}.mjs`, `appendFileSync(${JSON.stringify(count)}, '.'); ${then}`),
    begun: async (tasks: number) => {
      while (statSync(count).size < tasks) await sleep(20);
    },
  };
}
