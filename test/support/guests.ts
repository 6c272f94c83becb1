import type { Guest } from '../../src/scenario/scenario.js';
import type { Source } from '../../src/scenario/source.js';

const GIB = 2 ** 30;

const SPOT = { path: 'private[0]', place: { file: 'test.yaml', line: 1, column: 1, sourceLine: '' } };

/** Where made-up entries claim to have been written. */
export const NOWHERE: Source = {
  ...SPOT,
  keys: { size: SPOT, pages: SPOT, every: SPOT },
};

export function guest(
  name: string,
  sizeGib: number,
  mapping: Guest['mapping'],
  placement: Guest['placement'] = 'contiguous',
): Guest {
  return { kind: 'guest', name, sizeBytes: sizeGib * GIB, mapping, placement, source: NOWHERE };
}
