/** One event of a made trace: what happens where, and how many ticks after its start. */
export interface MadeEvent {
  readonly at: number;
  readonly cpu: number;
  readonly thread: string;
  readonly says: string;
}

const WORKER = 'kworker/u16:1-77';
const TARGETS = [0, 4, 6];
const SENDER = 2;

/** Ticks of a sweep, all of them different, so that no two figures of it are equal by chance. */
export const MADE = {
  local: 70_001,
  roundEvery: 5003,
  firstDelay: 401,
  nextDelay: 97,
  call: 211,
  callMore: 13,
};

/**
 * The events of a sweep: a worker on CPU 2 and as many rounds as are asked for to CPUs 0, 4 and 6, which enter in that order, or in
 * the opposite one in every other round.
 */
export function madeSweep(rounds: number, allQueued = false): MadeEvent[] {
  const work = (what: string, at: number): MadeEvent => ({
    ...{ at, cpu: SENDER, thread: WORKER },
    says: `workqueue_execute_${what}: work struct 00000000ec041187: function rmpopt_work_handler`,
  });
  const inRounds = Array.from({ length: rounds }, (_, round) => madeRound(round, allQueued)).flat();
  const end = MADE.local + rounds * MADE.roundEvery + 59;
  return [work('start', 0), ...inRounds, work('end', end)].sort((a, b) => a.at - b.at);
}

function madeRound(round: number, allQueued: boolean): MadeEvent[] {
  const start = MADE.local + round * MADE.roundEvery;
  const order = round % 2 === 0 ? TARGETS : TARGETS.toReversed();
  const queued = (allQueued ? TARGETS : TARGETS.slice(0, 1)).map((target, i) => ({
    ...{ at: start + i, cpu: SENDER, thread: WORKER },
    says: `csd_queue_cpu: cpu=${target} callsite=on_each_cpu_cond_mask+0x24/0x40 func=rmpopt_smp csd=000000000d5fb831`,
  }));
  const calls = order.flatMap((cpu, place) => {
    const entry = start + MADE.firstDelay + place * MADE.nextDelay;
    const call = (what: string, at: number) => ({
      ...{ at, cpu, thread: '<idle>-0' },
      says: `csd_function_${what}: func=rmpopt_smp, csd=000000000d5fb831`,
    });
    return [call('entry', entry), call('exit', entry + MADE.call + cpu * MADE.callMore)];
  });
  return [...queued, ...calls];
}

/** A line of tracefs, in cycles unless told otherwise. */
export function tracefsLine({ at, cpu, thread, says }: MadeEvent, stamp = cycles(at)): string {
  return `${thread.padStart(16)}  [${String(cpu).padStart(3, '0')}] d.h1. ${stamp}: ${says}\n`;
}

/** Far beyond what a double holds exactly. */
const START = 90_071_992_547_409_931n;

/** A stamp of the TSC, on a host that has run for long. */
export function cycles(at: number): string {
  return String(START + BigInt(at));
}

/** Made events as tracefs prints them, without any head. */
export function madeTrace(events: readonly MadeEvent[]): string {
  return events.map((event) => tracefsLine(event)).join('');
}
