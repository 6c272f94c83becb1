import { z } from 'zod';
import { type Columns, type FieldKind, type FieldOf, PHASE_NAMES, type RowOf } from './columns.js';

const COUNT_WORDS = `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** What a field of each kind is where it is not empty; the words complete "expected …". Of what is read back only percentages may be negative. */
const FIELDS = {
  text: { words: 'text', schema: (words: string) => z.string(words) },
  phase: { words: PHASE_NAMES.join(', '), schema: (words: string) => z.enum(PHASE_NAMES, words) },
  integer: { words: COUNT_WORDS, schema: (words: string) => z.int(words).min(0, words) },
  number: { words: 'a number, 0 or more', schema: (words: string) => z.number(words).min(0, words) },
  ratio: { words: 'a number, 0 or more', schema: (words: string) => z.number(words).min(0, words) },
  percent: { words: 'a number', schema: (words: string) => z.number(words) },
} as const;

/** A single field of a kind. */
export function fieldOf<K extends FieldKind>(kind: K) {
  const bare = kind.replace('?', '') as keyof typeof FIELDS;
  const { words, schema } = FIELDS[bare];
  const field: z.ZodType = bare === kind ? schema(words) : schema(`${words} or null`).nullable();
  return field as z.ZodType<FieldOf<K>>;
}

/** A list of anything. */
export function listOf<S extends z.ZodType>(what: string, item: S): z.ZodType<readonly z.infer<S>[]> {
  return z.array(item, `a list of ${what}`);
}

/** A row by its columns. What a later version has besides is left out as it is read. */
export function rowOf<C extends Columns>(columns: C) {
  const fields = Object.entries(columns).map(([name, { kind, says }]) => [
    name,
    fieldOf(kind).describe(says),
  ]);
  return z.object(Object.fromEntries(fields) as RowShape<C>, 'a row');
}

type RowShape<C extends Columns> = { readonly [N in keyof C]: z.ZodType<FieldOf<C[N]['kind']>> };

/** Rows; there are none where a document does not have the table. */
export function tableOf<S extends z.ZodType>(row: S) {
  return listOf('rows', row).default([]);
}

/** Tables by their columns. */
export function tablesOf<T extends Readonly<Record<string, Columns>>>(tables: T) {
  const schemas = Object.entries(tables).map(([name, columns]) => [name, tableOf(rowOf(columns))]);
  return Object.fromEntries(schemas) as { readonly [N in keyof T]: z.ZodType<readonly RowOf<T[N]>[]> };
}

type Gappy<K extends FieldKind> = K extends 'text' | 'phase' | `${string}?` ? K : `${K}?`;
type WithGaps<C extends Columns> = {
  readonly [N in keyof C]: { readonly kind: Gappy<C[N]['kind']>; readonly says: string };
};

/** Columns of which a log may not tell: figures may be `null`. */
export function withGaps<C extends Columns>(columns: C): WithGaps<C> {
  const gappy = Object.entries(columns).map(([name, { kind, says }]) => [
    name,
    { kind: gappyKind(kind), says },
  ]);
  return Object.fromEntries(gappy) as WithGaps<C>;
}

function gappyKind(kind: FieldKind): string {
  return kind === 'text' || kind === 'phase' || kind.endsWith('?') ? kind : `${kind}?`;
}
