import { expect, test } from 'vitest';
import { withBasis } from '../../src/measure/basis.js';
import type { FittedCondition, MachineFile } from '../../src/scenario/machine-file.js';
import { runDocument } from '../support/cli.js';
import { STARTING_VALUES } from '../support/machines.js';

const document = await runDocument(['empty', '--hypothesis', 'shared', '--memory', '64GiB', '-q']);
const nsOf = (phase: string) => document.results.find((row) => row.phase === phase)?.elapsedNs ?? Number.NaN;

/** What the run takes, as what somebody has fitted costs to. */
const FITTED: FittedCondition = {
  strategy: 'local-first',
  threads: 'primary',
  memory: 64 * 2 ** 30,
  localNs: nsOf('local'),
  remoteNs: nsOf('remote'),
};

function basisOf(condition: Partial<FittedCondition>, host: Partial<MachineFile> = {}): readonly string[] {
  const shared = { ...STARTING_VALUES.hypotheses.shared, fittedTo: { one: { ...FITTED, ...condition } } };
  const machine = { ...STARTING_VALUES, ...host, hypotheses: { shared } } as MachineFile;
  return withBasis(document, machine)
    .bands.filter(({ hypothesis }) => hypothesis === 'shared')
    .map(({ basis }) => basis);
}

test('a time is fitted where the costs were fitted to a sweep that takes it', () => {
  expect(basisOf({})).toEqual(['fitted']);
});

test.each<[what: string, condition: Partial<FittedCondition>, host?: Partial<MachineFile>]>([
  ['by another strategy', { strategy: 'broadcast' }],
  ['of other threads', { threads: 'all' }],
  ['of other memory', { memory: 32 * 2 ** 30 }],
  ['that takes the local phase longer', { localNs: FITTED.localNs + 1 }],
  ['that takes the remote phase longer', { remoteNs: FITTED.remoteNs + 1 }],
  ['of another host', {}, { topology: { ...STARTING_VALUES.topology, sockets: 1 } }],
])('and predicted where that was a sweep %s', (_, condition, host) => {
  expect(basisOf(condition, host)).toEqual(['predicted']);
});
