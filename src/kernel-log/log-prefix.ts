/** A line without what mailers, dmesg and journals put in front of the kernel's message. */
export interface PrefixedMessage {
  /** The time as printed, empty without one. */
  readonly stamp: string;
  /** The host as a journal names it, else empty. */
  readonly host: string;
  readonly message: string;
}

const QUOTES = /^(?:\s*[>|]\s?)+/;
/** `[    0.123456]`, with `<6>` in front as in the raw buffer, or `[Mon Mar 16 10:00:00 2026]` as dmesg -T has it. */
const DMESG = /^\s*(?:<\d+>)?\[\s*([^\]]{1,40})\](?:\[\s*[TC]\d+\])?\s*/;
/** `Mar 16 10:00:00 host kernel: ` or the same with an ISO time. */
const JOURNAL =
  /^\s*((?:[A-Z][a-z]{2}\s+\d{1,2}\s+\d\d:\d\d:\d\d(?:\.\d+)?)|(?:\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-]\d\d:?\d\d)?))\s+(\S{1,255})\s+kernel(?:\[\d+\])?:\s*/;

/** Takes the prefixes off a line; what is none of them is message. */
export function splitPrefix(line: string): PrefixedMessage {
  const unquoted = line.replace(QUOTES, '');
  const journal = JOURNAL.exec(unquoted);
  const [journalText = '', journalStamp = '', host = ''] = journal ?? [];
  const afterJournal = unquoted.slice(journalText.length);
  const [dmesgText = '', dmesgStamp = ''] = DMESG.exec(afterJournal) ?? [];
  const message = afterJournal.slice(dmesgText.length).replace(/^(?:SEV-SNP|ccp[^:]*):\s*/, '');
  return { stamp: dmesgStamp || journalStamp, host, message: message.trim() };
}
