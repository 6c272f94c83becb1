/** What no shell takes for more than it is. */
const PLAIN = /^[\w%+,./:@-][\w%+,./:=@-]*$/;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** An argument as a shell would have to be given it, in printable ASCII: as it is, in quotes, or with bytes escaped. */
export function shellWord(argument: string): string {
  if (PLAIN.test(argument)) return argument;
  if (PRINTABLE_ASCII.test(argument)) return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = [...new TextEncoder().encode(argument)].map((byte) => {
    const character = String.fromCharCode(byte);
    if (!PRINTABLE_ASCII.test(character)) return `\\${byte.toString(8).padStart(3, '0')}`;
    return character === "'" || character === '\\' ? `\\${character}` : character;
  });
  return `$'${bytes.join('')}'`;
}

const INDENT = '  ';
const CONTINUED = ' \\';

/**
 * A command on lines of at most so many columns, which a shell reads as one. They break between arguments; within one that
 * fits on no line the next line begins at its first column, since a blank would end the argument.
 */
export function commandLines(command: readonly string[], columns: number): string {
  const roomInLine = columns - 2 * INDENT.length - CONTINUED.length;
  const lines: string[] = [];
  let line = '';
  for (const argument of command) {
    const [first = '', ...others] = piecesOf(argument, roomInLine);
    const joined = line === '' ? `${INDENT}${first}` : `${line} ${first}`;
    if (joined.length + CONTINUED.length > columns) {
      lines.push(`${line}${CONTINUED}`);
      line = `${INDENT}${INDENT}${first}`;
    } else {
      line = joined;
    }
    for (const piece of others) {
      lines.push(`${line}\\`);
      line = piece;
    }
  }
  return [...lines, line].join('\n');
}

/** An argument as words of at most so many characters that make it up if nothing stands between them. */
function piecesOf(argument: string, room: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of argument) {
    if (shellWord(piece + character).length > room) {
      pieces.push(shellWord(piece));
      piece = '';
    }
    piece += character;
  }
  return [...pieces, shellWord(piece)];
}
