import type { CommandContext } from './context.js';

/** How far some work has got, on stderr. */
export interface Progress {
  /** So many items more are done. */
  readonly advance: (items: number) => void;
  /** Takes away what was shown. */
  readonly end: () => void;
}

/** Work that is done sooner is not worth a line that moves. */
const SHOWN_AFTER_MS = 1000;
const BAR_COLUMNS = { least: 10, most: 40, besides: 50 };

/** A bar with rate and time left where somebody watches, and wants to; else nothing. */
export async function startProgress(
  { total, unit }: { readonly total: number; readonly unit: string },
  isQuiet: boolean,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<Progress> {
  const stream = terminal();
  if (stream === null || isQuiet) return { advance: () => {}, end: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    stream,
    format: `{bar} {value}/{total} ${unit}, {rate}/s, {eta} s left`,
    barsize: Math.min(
      Math.max((stream.columns ?? 80) - BAR_COLUMNS.besides, BAR_COLUMNS.least),
      BAR_COLUMNS.most,
    ),
    barCompleteChar: '#',
    barIncompleteChar: '.',
    clearOnComplete: true,
    // A process that is killed could not set the terminal right again.
    hideCursor: null,
    linewrap: true,
    // A grid's cells differ a lot, so that only many tell how long the others will take.
    etaBuffer: 200,
  });
  const startMs = performance.now();
  let [done, isShown] = [0, false];
  const rate = () => ({ rate: ((1000 * done) / (performance.now() - startMs)).toPrecision(2) });
  const timer = setTimeout(() => {
    isShown = true;
    bar.start(total, done, rate());
  }, SHOWN_AFTER_MS);
  return {
    advance: (items) => {
      done += items;
      if (isShown) bar.update(done, rate());
    },
    end: () => {
      clearTimeout(timer);
      bar.stop();
    },
  };
}
