import type { Layout } from './layout.js';

/** Characters that pictures are made of, and what stands for them where only ASCII can be shown. */
const MARKS = {
  sending: { unicode: '█', ascii: '#' },
  executing: { unicode: '▒', ascii: '=' },
  queued: { unicode: '░', ascii: '.' },
  loop: { unicode: '·', ascii: '~' },
  /** Something, but less than half a character of it. */
  trace: { unicode: '▏', ascii: '|' },
} as const;

export function markOf(name: keyof typeof MARKS, { unicode }: Layout): string {
  return MARKS[name][unicode ? 'unicode' : 'ascii'];
}
