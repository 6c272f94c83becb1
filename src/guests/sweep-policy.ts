/** A sweep that some exit has asked for. */
export interface PendingSweep {
  /** The exit that asked first. */
  readonly firstExitNs: number;
  /** When the sweep is to start. */
  readonly dueNs: number;
}

/** How long a policy waits. */
export interface SweepDelay {
  readonly delayNs: number;
  /** The longest that later exits may put a sweep off, from the first exit on. */
  readonly maxWaitNs: number;
}

/** When the host is swept after guests have left. */
export interface SweepPolicy {
  readonly summary: string;
  readonly origin: string;
  /** Whether a guest's exit asks for a sweep, or the end of its conversion. */
  readonly asksAt: 'exit' | 'conversion';
  /** Whether it looks at the delay. */
  readonly isDelayed: boolean;
  /** Whether it looks at the bound on waiting. */
  readonly isBounded: boolean;
  /**
   * When the sweep is due, as soon as it is asked for once more.
   * @param pending what was asked for earlier; `null` where nothing is pending
   */
  readonly dueNs: (askedNs: number, pending: PendingSweep | null, delay: SweepDelay) => number;
}

/** Every policy by the name of `--policy`. */
export const SWEEP_POLICIES = {
  'last-exit': {
    summary: '--delay after the last exit; each exit postpones the sweep',
    origin: 'the merged kernel; posted from v8 on',
    asksAt: 'exit',
    isDelayed: true,
    isBounded: false,
    dueNs: (exitNs, _, { delayNs }) => exitNs + delayNs,
  },
  'first-exit': {
    summary: '--delay after the first exit since the last sweep; later exits do not postpone it',
    origin: 'posted in v3 to v7',
    asksAt: 'exit',
    isDelayed: true,
    isBounded: false,
    dueNs: (exitNs, pending, { delayNs }) => pending?.dueNs ?? exitNs + delayNs,
  },
  'max-wait': {
    summary: 'as last-exit, but at most --max-wait after the first exit',
    origin: 'not posted',
    asksAt: 'exit',
    isDelayed: true,
    isBounded: true,
    dueNs: (exitNs, pending, { delayNs, maxWaitNs }) =>
      Math.min(exitNs + delayNs, (pending?.firstExitNs ?? exitNs) + maxWaitNs),
  },
  immediate: {
    summary: 'at each exit; one more sweep follows if guests exit during a sweep',
    origin: 'not posted; sweeps before most of the memory is given back',
    asksAt: 'exit',
    isDelayed: false,
    isBounded: false,
    dueNs: (exitNs, pending) => pending?.dueNs ?? exitNs,
  },
  'after-conversion': {
    summary:
      'when the last page of a guest is given back; guests whose memory comes back during a sweep share the next one',
    origin: 'v1 and v2 in effect: they swept when memory of a guest was freed',
    asksAt: 'conversion',
    isDelayed: false,
    isBounded: false,
    dueNs: (convertedNs, pending) => pending?.dueNs ?? convertedNs,
  },
} as const satisfies Record<string, SweepPolicy>;

export type SweepPolicyName = keyof typeof SWEEP_POLICIES;
export const SWEEP_POLICY_NAMES = Object.keys(SWEEP_POLICIES) as readonly SweepPolicyName[];
