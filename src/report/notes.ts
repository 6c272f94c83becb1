import type { NoteRow } from '../run-document/columns.js';
import { type Block, list } from './blocks.js';
import { counted } from './figures.js';

const NOTES_TOLD = 8;
const NOTE_TEXT_LENGTH = 72;

/** The first lines of a log about which there is something to say; nothing where there are none. */
export function notesInWords(notes: readonly NoteRow[], heading: string): Block[] {
  const lines = notes
    .slice(0, NOTES_TOLD)
    .map(({ line, reason, text }) => `line ${line}, ${reason}: ${text.trim().slice(0, NOTE_TEXT_LENGTH)}`);
  const left = notes.length - NOTES_TOLD;
  const more = left > 0 ? [`and ${counted(left, 'more line')}, which JSON has`] : [];
  return list([...lines, ...more], heading);
}

/** A message, which begins small and has no full stop, as a sentence. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
