/** What entries of a ZIP archive begin with, and where in them the time of the file is. */
const CENTRAL_ENTRY = { signature: 0x02014b50, timeAt: 12, localHeaderAt: 42 };
const LOCAL_ENTRY = { signature: 0x04034b50, timeAt: 10 };
const END = { signature: 0x06054b50, length: 22, entriesAt: 10, centralAt: 16 };
/** Where a central entry tells the lengths of its name, extra field and comment, and how long the rest is. */
const LENGTHS_AT = [28, 30, 32];
const CENTRAL_LENGTH = 46;

/** Midnight of 1 January 1980, the first time there is: the two low bytes are the time of day, the others the date. */
const FIRST_TIME = 0x00210000;

/**
 * Sets the times of all files in an archive to the same, so that the same contents are the same bytes whenever and in whatever time
 * zone they were packed.
 * @param archive without a comment at its end
 */
export function withFixedTimes(archive: Buffer): Buffer {
  const fixed = Buffer.from(archive);
  const end = fixed.length - END.length;
  if (fixed.readUInt32LE(end) !== END.signature) throw new Error('a ZIP archive has another end');
  let at = fixed.readUInt32LE(end + END.centralAt);
  for (let left = fixed.readUInt16LE(end + END.entriesAt); left > 0; left--) {
    const local = fixed.readUInt32LE(at + CENTRAL_ENTRY.localHeaderAt);
    setTime(fixed, at, CENTRAL_ENTRY);
    setTime(fixed, local, LOCAL_ENTRY);
    const from = at;
    at += LENGTHS_AT.reduce((sum, offset) => sum + fixed.readUInt16LE(from + offset), CENTRAL_LENGTH);
  }
  return fixed;
}

function setTime(
  archive: Buffer,
  at: number,
  { signature, timeAt }: { readonly signature: number; readonly timeAt: number },
): void {
  if (archive.readUInt32LE(at) !== signature) throw new Error(`a ZIP archive has no entry at ${at}`);
  archive.writeUInt32LE(FIRST_TIME, at + timeAt);
}
