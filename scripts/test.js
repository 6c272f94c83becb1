// `npm test`: builds, then runs the tests with the checks beside them, since most of the checks take one core only.
import { spawn } from 'node:child_process';

const ended = (child) => new Promise((resolve) => child.on('close', resolve));

if ((await ended(spawn('node', ['scripts/build.js'], { stdio: 'inherit' }))) !== 0) process.exit(1);
const tests = spawn('vitest', ['run', '--project', 'suite'], { stdio: 'inherit' });
// Several threads of tsc each find out the types of libraries anew, and have no core to themselves beside the tests.
const checks = spawn('biome check --error-on-warnings . && tsc --singleThreaded && knip', {
  shell: true,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const printed = [];
checks.stdout.on('data', (bytes) => printed.push(bytes));
const checked = ended(checks).then((code) => {
  // Nobody waits for tests of what has to be changed anyway.
  if (code !== 0) tests.kill('SIGTERM');
  return code;
});
const codes = await Promise.all([ended(tests), checked]);
// Last, where it does not stand among the lines of the tests.
process.stdout.write(Buffer.concat(printed));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
