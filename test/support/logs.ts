import { type ImportedLog, type ImportRequest, importLog } from '../../src/kernel-log/import-log.js';

const NO_LABELS = { scenario: '', state: '', mapping: '', strategy: '', threads: '', memoryBytes: null };

async function* chunksOf(parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

/** What import makes of a log. */
export function readLog(
  content: string | Uint8Array | readonly Uint8Array[],
  said: Partial<ImportRequest> = {},
): Promise<ImportedLog> {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  return importLog(chunksOf(parts), { labels: NO_LABELS, states: null, tscGhz: null, ...said });
}

/** The rows of whole sweeps. */
export function totalsIn({ results }: ImportedLog) {
  return results.filter(({ phase }) => phase === 'total');
}
