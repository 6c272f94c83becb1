import { looksRelevant, type Recognized, recognize } from './line-kinds.js';
import type { LogLine } from './log-lines.js';
import { splitPrefix } from './log-prefix.js';

/** Where a message stands. */
export interface Place {
  readonly line: LogLine;
  readonly stamp: string;
  readonly host: string;
}

/** A message that is understood, or the reason why one that looks relevant is not. */
export type Found = (Place & { readonly recognized: Recognized }) | (Place & { readonly reason: string });

/** A mailer breaks a line into this many at most. */
const PARTS_MAX = 4;
/** What no line that is read goes without. */
const MAY_MATTER = /RMP|Memory @|tsc:/i;

/** A message that may go on in the next line. */
interface Pending extends Place {
  readonly parts: readonly string[];
  /** What it is if it does not. */
  readonly alone: Recognized | null;
}

/** Puts lines together that a mailer has broken, and tells what they are. */
export class BrokenLines {
  #pending: Pending | null = null;

  /** The next line of the log; what it completes. */
  *read(line: LogLine): Generator<Found> {
    // Nearly all lines of nearly all logs are about something else.
    if (this.#pending === null && !MAY_MATTER.test(line.text)) return;
    const { stamp, host, message } = splitPrefix(line.text);
    const place = { line, stamp, host };
    const recognized = recognize(message, true);
    const mayGoOn =
      stamp === '' && host === '' && message !== '' && recognized === null && !looksRelevant(message);
    if (mayGoOn && this.#pending !== null) {
      const joined = this.#join(this.#pending, message);
      if (joined === 'no part of it') yield* this.finish();
      else {
        if (joined !== 'not yet whole') yield joined;
        return;
      }
    } else yield* this.finish();
    if (recognized?.kind === 'table-row' && recognized.facts.list !== 'none') {
      // A list may go on wherever it has been broken.
      this.#pending = { ...place, parts: [message], alone: recognized };
    } else if (recognized !== null) yield { ...place, recognized };
    else if (line.isCut && looksRelevant(message))
      yield { ...place, reason: 'longer than any line of a kernel' };
    else if (looksRelevant(message)) this.#pending = { ...place, parts: [message], alone: null };
  }

  /** What is left when no further line can belong to it. */
  *finish(): Generator<Found> {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    const { line, stamp, host, parts, alone } = pending;
    const recognized = alone ?? recognize(parts[0] ?? '', false);
    yield recognized === null
      ? { line, stamp, host, reason: 'not understood' }
      : { line, stamp, host, recognized };
  }

  #join(pending: Pending, message: string): Found | 'not yet whole' | 'no part of it' {
    const { line, stamp, host, parts, alone } = pending;
    const isList = /^[\d,\s-]+$/.test(message);
    if (alone !== null && !isList) return 'no part of it';
    const all = [...parts, message];
    const recognized = recognize(all.join(alone === null ? ' ' : ''), true);
    if (recognized !== null) {
      this.#pending = null;
      return { line, stamp, host, recognized };
    }
    if (alone !== null || all.length >= PARTS_MAX) return 'no part of it';
    this.#pending = { ...pending, parts: all };
    return 'not yet whole';
  }
}
