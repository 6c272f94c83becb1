import type { Layout } from './layout.js';

/** Characters that pictures are made of, and what stands for them where only ASCII can be shown. */
const MARKS = {
  sending: { unicode: '█', ascii: '#' },
  scanning: { unicode: '▒', ascii: '=' },
  waiting: { unicode: '░', ascii: '.' },
  loop: { unicode: '·', ascii: '~' },
  /** Something, but less than half a character of it. */
  trace: { unicode: '▏', ascii: '|' },
  count: { unicode: '█', ascii: '#' },
  /** A CPU that was never inside RMPOPT. */
  idle: { unicode: '·', ascii: '_' },
} as const;

export function markOf(name: keyof typeof MARKS, { unicode }: Layout): string {
  return MARKS[name][unicode ? 'unicode' : 'ascii'];
}

/** Marks of a rising scale, the lowest first. */
export function scaleMarks({ unicode }: Layout): readonly string[] {
  return [...(unicode ? '▁▂▃▄▅▆▇█' : '.:-=+*#@')];
}
