/** A file of figures of a small host. */
export const SMALL_FIGURES = `name: small
title: Figures of a small host
conditions:
  empty: {says: nothing private, scenario: empty, strategy: local-first, threads: primary, memory: 8GiB}
  exit: {says: after a guest, scenario: first-page, strategy: broadcast, threads: all, memory: 8GiB}
figures:
  - {id: a, condition: empty, kind: total, ns: 1200000, source: made}
  - {id: b, condition: empty, kind: instruction-mean, ns: 90000, source: made}
  - {id: c, condition: exit, kind: total, ns: 400000, source: made}
`;
