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
  /** Whether it looks at the delay. */
  readonly isDelayed: boolean;
  /** Whether it looks at the bound on waiting. */
  readonly isBounded: boolean;
  /**
   * When the sweep is due, as soon as another guest has left.
   * @param pending what earlier exits have asked for; `null` where nothing is pending
   */
  readonly dueNs: (exitNs: number, pending: PendingSweep | null, delay: SweepDelay) => number;
}

/** Every policy by the name of `--policy`. */
export const SWEEP_POLICIES = {
  immediate: {
    summary: 'at once after every exit; exits during a sweep are followed by one more',
    origin: 'as in v1 and v2, which swept as the memory of a guest was freed',
    isDelayed: false,
    isBounded: false,
    dueNs: (exitNs, pending) => pending?.dueNs ?? exitNs,
  },
  'first-exit': {
    summary: 'a delay after the first exit; those that follow are swept with it',
    origin: 'posted in v3 to v7',
    isDelayed: true,
    isBounded: false,
    dueNs: (exitNs, pending, { delayNs }) => pending?.dueNs ?? exitNs + delayNs,
  },
  'last-exit': {
    summary: 'a delay after the last exit: each one puts the sweep off',
    origin: 'suggested on the list on 18 March 2026; posted from v8 on',
    isDelayed: true,
    isBounded: false,
    dueNs: (exitNs, _, { delayNs }) => exitNs + delayNs,
  },
  'max-wait': {
    summary: 'as last-exit, but put off no further than a bound after the first exit',
    origin: 'not posted',
    isDelayed: true,
    isBounded: true,
    dueNs: (exitNs, pending, { delayNs, maxWaitNs }) =>
      Math.min(exitNs + delayNs, (pending?.firstExitNs ?? exitNs) + maxWaitNs),
  },
} as const satisfies Record<string, SweepPolicy>;

export type SweepPolicyName = keyof typeof SWEEP_POLICIES;
export const SWEEP_POLICY_NAMES = Object.keys(SWEEP_POLICIES) as readonly SweepPolicyName[];
