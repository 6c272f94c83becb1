import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import { bullets, renderBlocks, table } from '../../src/report/blocks.js';

const ROW = { name: 'a name of some length', range: '275-352' };
const BLOCKS = [
  table(
    [
      { head: 'name', align: 'left', field: ({ name }: typeof ROW) => name },
      { head: 'range', align: 'right', field: ({ range }: typeof ROW) => range, dispensable: 1 },
    ],
    [ROW],
  ),
  ...bullets(['One is slowest.'], ['More: -v.'], [{ head: 'range', text: 'range: where it should lie.' }]),
];

test.each([
  [72, '\n- One is slowest.\nrange: where it should lie. More: -v.'],
  [24, '\n- One is slowest.\nMore: -v.'],
])('a column is explained below a table of %d columns only where it has room for it', (columns, end) => {
  const layout = { chalk: new Chalk({ level: 0 }), columns, unicode: false, isVerbose: false };
  expect(renderBlocks(BLOCKS, layout)).toMatch(new RegExp(`${end}$`));
});
