import type { CpuRow } from '../run-document/columns.js';

/** What CPUs are told by, by the name of `--by`. */
export const CPU_GROUPINGS = {
  cpu: ({ cpu }: CpuRow) => cpu,
  core: ({ core }: CpuRow) => core,
  l3: ({ l3 }: CpuRow) => l3,
  node: ({ node }: CpuRow) => node,
} as const;

export type CpuGrouping = keyof typeof CPU_GROUPINGS;
export const CPU_GROUPING_NAMES = Object.keys(CPU_GROUPINGS) as CpuGrouping[];
