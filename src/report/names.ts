const NAMES_MAX = 6;

/** `a`, `a and b`, `a, b and c`; of many the first, with the number of the others. */
export function listNames(names: readonly string[]): string {
  const left = names.length - NAMES_MAX;
  const shown = left > 0 ? [...names.slice(0, NAMES_MAX), `${left} more`] : names;
  const last = shown.at(-1) ?? 'nothing';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
