import { pathToFileURL } from 'node:url';
import { scratchFile } from './cli.js';

/** Environment in which every thread does something of its own with a `task` before it sets about it. */
export function beforeEachTask(name: string, code: string): Record<string, string> {
  const file = scratchFile(
    name,
    `import { existsSync, writeFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    const on = parentPort?.on.bind(parentPort);
    if (on) parentPort.on = (event, handle) => on(event, (task) => { ${code}; handle(task); });`,
  );
  return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` };
}
