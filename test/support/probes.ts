import { PROBE_LINES, type ProbeLineKind } from '../../src/kernel-probe/probe-lines.js';

/** A line as the module prints it. */
export function probeLine(kind: ProbeLineKind, ...values: readonly (string | number)[]): string {
  const rest = [...values];
  const format = PROBE_LINES[kind].format.replace(/^%s/, 'probe');
  return `${format.replace(/%(?:llu|[su])/g, () => String(rest.shift()))}\n`;
}

/** The costs that a made campaign is of. */
export interface PlantedCosts {
  readonly ipiBaseNs: number;
  readonly ipiPerTargetNs: number;
  readonly ipiBurstNs: number;
  readonly guestExitNs: number;
  readonly serialCallNs: number;
  readonly condReschedNs: number;
  readonly clockReadNs: number;
  /** What a far target costs more than a near one. */
  readonly farNs: number;
}

export const PLANTED: PlantedCosts = {
  ...{ ipiBaseNs: 3200, ipiPerTargetNs: 48, ipiBurstNs: 37, guestExitNs: 2400 },
  ...{ serialCallNs: 21_000, condReschedNs: 6, clockReadNs: 23, farNs: 0 },
};

export interface MadeCampaign {
  readonly costs?: Partial<PlantedCosts>;
  /** How far runs differ, and sweeps of one run: sigma of the log. */
  readonly runSigma?: number;
  readonly sweepSigma?: number;
  /** Cores on each of two sockets. */
  readonly coresPerSocket?: number;
  readonly passes?: number;
  readonly hasGuests?: boolean;
  readonly isVirtual?: boolean;
  /** Bends rounds: this share more for the largest. */
  readonly bend?: number;
  /** What a round to a single CPU takes more. */
  readonly extraOfOneNs?: number;
  /** A number from a standard normal distribution. */
  readonly normal?: () => number;
}

const CALL_NS = 41;
const REGIONS = 512;

/** What the campaign script would save on a host of two sockets whose costs are planted. */
export function madeCampaign({
  costs = {},
  runSigma = 0,
  sweepSigma = 0,
  coresPerSocket = 64,
  passes = 4,
  hasGuests = false,
  isVirtual = false,
  bend = 0,
  extraOfOneNs = 0,
  normal = () => 0,
}: MadeCampaign = {}): string {
  const planted = { ...PLANTED, ...costs };
  const most = 2 * coresPerSocket - 1;
  const l3Groups = 2 * Math.max(1, coresPerSocket / 8);
  const host = probeLine(
    ...(['host', '6.12.0', 2, l3Groups, most + 1, 2 * (most + 1), 2 * (most + 1), 2] as const),
    ...([2_400_000, 'stable', 'no', isVirtual ? 'yes' : 'no', 'AMD EPYC 9754 128-Core Processor'] as const),
  );
  const shareFar = coresPerSocket / most;

  const run = (
    op: string,
    asked: { targets?: number; order?: string; strategy?: string; guests?: string },
  ) => {
    const { targets = most, order = 'compact', strategy = 'local-first', guests = 'no' } = asked;
    const near =
      order === 'compact' ? Math.min(targets, coresPerSocket - 1) : Math.max(0, targets - coresPerSocket);
    const ofRun = Math.exp(runSigma * normal());
    const sweeps = [1, 2, 3].map(() => {
      const noise = ofRun * Math.exp(sweepSigma * normal());
      const noisy = (ns: number) => Math.round(ns * noise);
      const far = planted.farNs * (targets - near - shareFar * targets);
      const first =
        planted.ipiBaseNs +
        planted.ipiPerTargetNs * targets +
        far +
        (guests === 'yes' ? planted.guestExitNs : 0);
      const last = first + planted.ipiBurstNs * (targets - 1);
      const extra = targets === 1 ? extraOfOneNs : 0;
      const round = (last + CALL_NS + extra) * (1 + bend * (targets / most) ** 2);
      const turn = planted.condReschedNs + (op === 'clock' ? planted.clockReadNs : 0);
      const isSerial = strategy === 'serial';
      const remote = isSerial ? REGIONS * targets * (planted.serialCallNs + CALL_NS) : REGIONS * round;
      const cpus = Array.from({ length: targets }, (_, i) => {
        const cpu = order === 'compact' ? i + 1 : most + 1 - targets + i;
        const place = cpu < coresPerSocket ? 'near' : 'far';
        const entry = noisy(first + planted.ipiBurstNs * i + (place === 'far' ? 300 : 0));
        return probeLine('cpu', cpu, CALL_NS * REGIONS, REGIONS, 2 * CALL_NS, 0, entry, place);
      });
      return [
        probeLine('phases', isSerial ? 0 : noisy(REGIONS * turn), noisy(remote), REGIONS, targets, 0),
        ...(isSerial
          ? []
          : [
              probeLine(
                'rounds',
                REGIONS,
                noisy(round),
                noisy(3 * round),
                noisy(round),
                noisy(round),
                noisy(2 * round),
              ),
              probeLine('split', noisy(first), noisy(last), noisy(last + CALL_NS), noisy(round), 0),
            ]),
        ...cpus,
        ...(isSerial ? [probeLine('cpu', 0, CALL_NS * REGIONS, REGIONS, 2 * CALL_NS, 0, 100, 'self')] : []),
      ].join('');
    });
    const head = probeLine(
      ...([
        'run',
        op,
        strategy,
        'primary',
        REGIONS,
        targets,
        near,
        order,
        0,
        guests,
        'no',
        'no',
        'yes',
      ] as const),
    );
    return `${host}${head}${sweeps.join('')}${probeLine('end', 3)}`;
  };

  const sizes = Array.from({ length: 20 }, (_, i) => 2 ** i).filter((size) => size < most);
  const roundsOf = (guests: string) => [
    run('none', { guests }),
    ...sizes.flatMap((targets) =>
      ['compact', 'spread'].map((order) => run('none', { targets, order, guests })),
    ),
    run('none', { order: 'spread', guests }),
  ];
  const pass = () => [
    ...roundsOf('no'),
    ...(hasGuests ? roundsOf('yes') : []),
    run('atomic', {}),
    run('clock', { targets: 1 }),
    run('none', { strategy: 'serial' }),
  ];
  return Array.from({ length: passes }, pass).flat().join('');
}
