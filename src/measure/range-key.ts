import { createHash } from 'node:crypto';
import type { MachineConfig } from '../machine/config.js';
import { formatTopology } from '../machine/topology.js';
import { plausibleNames } from '../scenario/plausible-sets.js';
import type { Scenario } from '../scenario/scenario.js';
import type { SweepChoice } from '../sweep/strategies.js';

/**
 * Names a timed sweep by all that its range depends on. A machine file that somebody has edited thus has no known ranges any more.
 * @param number of the timed sweep in its scenario, from 0
 * @param plausibleSets of the hypothesis, as text
 */
export function rangeKey(
  { privateMemory, steps }: Scenario,
  choice: SweepChoice,
  seed: number,
  number: number,
  config: MachineConfig,
  plausibleSets: string,
): string {
  const names = plausibleNames(plausibleSets);
  const fixed = Object.entries(config.values).filter(([name]) => !names.some((drawn) => drawn === name));
  const host = {
    memoryBytes: config.memoryBytes,
    topology: formatTopology(config.topology),
    rmpSegments: config.rmpSegments,
  };
  const all = { privateMemory, steps, choice, seed, number, host, fixed };
  const text = JSON.stringify(all, (name, value) => (name === 'source' ? undefined : value));
  return createHash('sha256').update(text).update(plausibleSets).digest('hex').slice(0, 16);
}
