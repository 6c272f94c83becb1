import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { newFolder, scratchFile } from './cli.js';

const SHIPPED_FILE = fileURLToPath(new URL('../../scenarios/machines/posted-2p.yaml', import.meta.url));
const SHIPPED = JSON.stringify(parse(readFileSync(SHIPPED_FILE, 'utf8')));

interface Shipped {
  readonly name: string;
  readonly title: string;
  readonly hypotheses: Readonly<Record<string, Record<string, string>>>;
}

/** A file of the shipped machine with so few plausible sets that ranges take no time; on another host where one is named. */
export function fewSets(name: string, host: { topology?: string; memory?: string } = {}): string {
  return scratchFile(name, fewSetsText(host));
}

function fewSetsText(host: { topology?: string; memory?: string }): string {
  const { name: base, title, hypotheses }: Shipped = JSON.parse(SHIPPED);
  for (const hypothesis of Object.values(hypotheses)) {
    // Every fourth is predicted with: the first, and three more.
    hypothesis.plausibleSets = hypothesis.plausibleSets?.split('\n').slice(0, 14).join('\n') ?? '';
    for (const key of ['fittedTo', 'ranges', 'leftOut', 'calibration']) delete hypothesis[key];
  }
  // Based on the shipped one, since that is read faster than a whole machine.
  return JSON.stringify({ base, name: base, title, hypotheses, ...host });
}

/** Where no test writes: the file is made once for all that share a process. */
const SHARED_FILE = join(newFolder(), 'few-sets.yaml');
writeFileSync(SHARED_FILE, fewSetsText({}));

/** The machine for all tests that are not about ranges. */
export const FEW_SETS = ['--machine', SHARED_FILE];
