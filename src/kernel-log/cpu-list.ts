/** No kernel for x86 numbers CPUs higher. */
const CPU_MAX = 8191;

/**
 * Counts the CPUs of a list as the kernel prints them: `0-3,8,10-1023`, or `none`.
 * @returns `null` where it is no such list
 */
export function countCpus(list: string): number | null {
  if (list === 'none') return 0;
  let count = 0;
  let after = -1;
  for (const part of list.split(',')) {
    const [, firstText = '', lastText] = /^\s*(\d{1,7})(?:-(\d{1,7}))?\s*$/.exec(part) ?? [];
    if (firstText === '') return null;
    const [first, last] = [Number(firstText), Number(lastText ?? firstText)];
    if (first <= after || last < first || last > CPU_MAX) return null;
    count += last - first + 1;
    after = last;
  }
  return count;
}
