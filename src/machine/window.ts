import { GIB_BYTES } from '../units.js';
import type { MachineConfig } from './config.js';
import type { Machine } from './machine.js';
import { WINDOW_REGIONS } from './memory.js';
import { l3GroupOfCore, socketOfL3Group } from './topology.js';

/** Where the 2 TiB that a core's RMPOPT table covers begin. It matters only on hosts that have more. */
export interface WindowChoice {
  readonly summary: string;
  readonly origin: string;
  /** The first region of the window of a core on a socket. */
  readonly baseRegion: (socket: number, config: MachineConfig) => number;
}

/** Every choice by the name of `--window`. */
export const WINDOWS = {
  low: {
    summary: 'the lowest 2 TiB, on every core',
    origin: 'posted in every version',
    baseRegion: () => 0,
  },
  node: {
    summary: "on every core 2 TiB from the start of its own node's memory",
    origin: 'suggested on the list on 18 February 2026; not posted',
    baseRegion: (socket, { memoryBytes, topology }) => {
      const regions = memoryBytes / GIB_BYTES;
      const firstOfNode = Math.ceil((socket * regions) / topology.sockets);
      // A window that reached beyond memory would waste what it could hold below.
      return Math.max(0, Math.min(firstOfNode, regions - WINDOW_REGIONS));
    },
  },
} as const satisfies Record<string, WindowChoice>;

export type WindowName = keyof typeof WINDOWS;
export const WINDOW_NAMES = Object.keys(WINDOWS) as readonly WindowName[];

/** Sets the windows of all cores. */
export function placeWindows(machine: Machine, window: WindowName): void {
  const { config, topology } = machine;
  for (let core = 0; core < topology.cores; core++) {
    const socket = socketOfL3Group(topology, l3GroupOfCore(topology, core));
    machine.writeRmpoptBase(core, WINDOWS[window].baseRegion(socket, config));
  }
}
