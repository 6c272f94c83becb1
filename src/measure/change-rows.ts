import { type ConversionCosts, conversionPs } from '../guests/conversion.js';
import type { ChangeRow, SweepKey } from '../run-document/columns.js';
import { nanoseconds, picoseconds } from '../units.js';
import type { RecordedChange } from './run-scenario.js';

/** The rows of the changes of private memory in one run of a scenario. */
export function changeRows(
  { scenario, variation, mapping, hypothesis, machine, seed }: Omit<SweepKey, 'state'>,
  changes: readonly RecordedChange[],
  costs: ConversionCosts,
): ChangeRow[] {
  return changes.map(({ step, event, subject, regions, regionsInWindow, rmpUpdates, pages }) => ({
    ...{ scenario, variation, mapping, hypothesis, machine, seed, step, event },
    ...describeSubject(subject),
    regionsReached: regions,
    regionsInWindow,
    rmpUpdates,
    rmpUpdateNs: nanoseconds(rmpUpdates * picoseconds(costs.rmpupdateNs)),
    conversionNs:
      event === 'terminate' || event === 'free'
        ? nanoseconds(conversionPs({ rmpUpdates, pages }, costs))
        : null,
  }));
}

/** The columns about what was assigned or launched, or about who left. */
export function describeSubject(
  subject: RecordedChange['subject'],
): Pick<ChangeRow, 'guest' | 'sizeBytes' | 'pageMapping' | 'placement'> {
  if (subject === null || typeof subject === 'string') {
    return { guest: subject ?? '', sizeBytes: null, pageMapping: '', placement: '' };
  }
  if (subject.kind === 'each-region') {
    return { guest: '', sizeBytes: null, pageMapping: subject.mapping, placement: '' };
  }
  const { name, sizeBytes, mapping, placement } = subject;
  return { guest: name, sizeBytes, pageMapping: mapping, placement };
}
