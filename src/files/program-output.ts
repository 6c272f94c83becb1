import { execFileSync } from 'node:child_process';

const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** What a program of the system prints; `null` where there is no such program, or it fails. */
export function outputOfProgram(name: string, args: readonly string[]): string | null {
  try {
    return execFileSync(name, args, {
      encoding: 'utf8',
      maxBuffer: OUTPUT_MAX_BYTES,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}
