import { expect, test } from 'vitest';
import { Groups } from '../src/group-by.js';

const ROWS = [
  { a: 'x', b: 1, n: 0 },
  { a: 'x', b: '1', n: 1 },
  { a: 'y', b: null, n: 2 },
  { a: 'x', b: 1, n: 3 },
];

test('groups by several fields keep the order of groups and of items, and tell a number from its text', () => {
  const groups = new Groups(ROWS, ({ a, b }) => [a, b]);
  expect(groups.all.map((own) => own.map(({ n }) => n))).toEqual([[0, 3], [1], [2]]);
  expect(groups.of(['x', '1']).map(({ n }) => n)).toEqual([1]);
  expect(groups.of(['y', null]).map(({ n }) => n)).toEqual([2]);
  expect(groups.of(['y', undefined])).toEqual([]);
  expect(groups.of(['x'])).toEqual([]);
});

test('fields are not joined: what stands in one cannot be taken for two', () => {
  const groups = new Groups(
    [
      ['a', 'b,c'],
      ['a,b', 'c'],
      ['a', 'b', 'c'],
    ],
    (fields) => fields,
  );
  expect(groups.all).toHaveLength(3);
});
