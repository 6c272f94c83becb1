/** The CPUs of a list as the kernel prints them, such as `0-3,8`; `null` where it is no such list. */
export function parseCpuList(text: string): number[] | null {
  if (text.trim() === '') return [];
  const cpus: number[] = [];
  for (const part of text.trim().split(',')) {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) return null;
    for (let cpu = Number(first); cpu <= Number(last); cpu++) cpus.push(cpu);
  }
  return cpus;
}
