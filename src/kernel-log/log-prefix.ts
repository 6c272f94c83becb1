/** A line without what mailers, dmesg and journals put in front of the kernel's message. */
export interface PrefixedMessage {
  /** The time as printed, empty without one. */
  readonly stamp: string;
  /** The host as a journal names it, else empty. */
  readonly host: string;
  readonly message: string;
}

const QUOTES = /^(?:\s*[>|]\s?)+/;
/** `kern  :info  : ` as dmesg -x has it, or `<6>` as in the raw buffer. */
const LEVEL = /^\s*(?:[a-z]{3,8}\s*:\s*[a-z]{3,6}\s*:\s*|<\d+>)/;
/** `[    0.123456]`, or `[Mon Mar 16 10:00:00 2026]` as dmesg -T has it, with the caller behind it where that is configured;
 * a range of addresses is no stamp. */
const DMESG = /^\s*\[\s*(?!0x|mem)([^\]]{1,40})\]\s*(?:\[\s*[TC]\d+\])?\s*/;
/** `2026-03-16T10:00:00,123456+00:00` in front of the message, as dmesg --time-format iso has it. */
const ISO = /^\s*(\d{4}-\d\d-\d\dT[\d:.,]{8,15}(?:Z|[+-]\d\d:?\d\d)?)\s+/;
/** What journalctl puts in front, in its short formats: a time, a host unless told otherwise, and the program. */
const JOURNAL = new RegExp(
  [
    '^\\s*(',
    [
      // Mar 16 10:00:00, Mon 2026-03-16 10:00:00 UTC
      '(?:[A-Z][a-z]{2}\\s+)?(?:[A-Z][a-z]{2}\\s+\\d{1,2}|\\d{4}-\\d\\d-\\d\\d)\\s+\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:\\s+[A-Z]{2,5})?',
      '\\d{4}-\\d\\d-\\d\\dT[\\d:.,]{8,15}(?:Z|[+-]\\d\\d:?\\d\\d)?',
      // seconds since boot, or since 1970
      '\\[\\s*\\d+\\.\\d+\\]',
      '\\d{9,11}\\.\\d+',
    ].join('|'),
    ')\\s+(?:(\\S{1,255})\\s+)?kernel(?:\\[\\d+\\])?:\\s*',
  ].join(''),
);

/** Takes the prefixes off a line; what is none of them is message. */
export function splitPrefix(line: string): PrefixedMessage {
  let rest = line.replace(QUOTES, '').replace(LEVEL, '');
  const [journal = '', journalStamp = '', host = ''] = JOURNAL.exec(rest) ?? [];
  rest = rest.slice(journal.length);
  const [own = '', stamp = ''] = DMESG.exec(rest) ?? ISO.exec(rest) ?? [];
  const message = rest.slice(own.length).replace(/^(?:SEV-SNP|ccp[^:]*):\s*/, '');
  return { stamp: stamp || journalStamp, host, message: message.trim() };
}
