import { execFileSync } from 'node:child_process';

/** Whether a program that a test needs is there; says so where it is not, since the test is skipped then. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`${program} is not installed: its test is skipped\n`);
    return false;
  }
}
