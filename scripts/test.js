// `npm test`: builds, then runs the tests, with the checks beside both, since most of the checks take one core only.
import { spawn } from 'node:child_process';

const ended = (child) => new Promise((resolve) => child.on('close', resolve));

// Several threads of tsc each find out the types of libraries anew, and have no core to themselves beside the tests.
const checks = spawn('biome check --error-on-warnings . && tsc --singleThreaded', {
  shell: true,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const printed = [];
checks.stdout.on('data', (bytes) => printed.push(bytes));
let tests = null;
let checked = null;
const checking = ended(checks).then((code) => {
  checked = code;
  // Nobody waits for tests of what has to be changed anyway.
  if (code !== 0) tests?.kill('SIGTERM');
});
const codes = [await ended(spawn('node', ['scripts/build.js'], { stdio: 'inherit' }))];
if (codes[0] === 0 && (checked ?? 0) === 0) {
  tests = spawn('vitest', ['run', '--project', 'suite'], { stdio: 'inherit' });
  codes.push(await ended(tests));
}
await checking;
// Last, where it does not stand among the lines of the tests.
process.stdout.write(Buffer.concat(printed));
process.exitCode = [...codes, checked].every((code) => code === 0) ? 0 : 1;
