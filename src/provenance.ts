/**
 * How well a value is known, from best to least. Measured: posted from hardware. Stated: by an author of the series or AMD.
 * Inferred: derived from measured figures. Assumed: nobody has said.
 */
export const PROVENANCES = ['measured', 'stated', 'inferred', 'assumed'] as const;
export type Provenance = (typeof PROVENANCES)[number];
