import { expect, test } from 'vitest';
import { UnreadableValue } from '../src/errors.js';
import {
  durationText,
  formatBytes,
  nanoseconds,
  parseCount,
  parseDurationNs,
  parseMemoryBytes,
  parseSizeBytes,
} from '../src/units.js';

test.each([
  ['4k', 4096],
  ['2M', 2 ** 21],
  ['1GiB', 2 ** 30],
  ['1.5GiB', 1.5 * 2 ** 30],
  ['2T', 2 ** 41],
  ['2TiB', 2 ** 41],
  ['2048G', 2 ** 41],
  [' 100 gib ', 100 * 2 ** 30],
])('the size %s is %i bytes', (text, bytes) => {
  expect(parseSizeBytes(text)).toBe(bytes);
});

test.each(['', '2', '2TB', '2GB', '2kb', '-1G', '1e3G', '0x10G', '1,5G', '2XiB', '0G', '0.3k'])(
  'the size "%s" is refused',
  (text) => {
    expect(() => parseSizeBytes(text)).toThrow(UnreadableValue);
  },
);

test.each([
  ['30ns', 30],
  ['250us', 250_000],
  ['1.5ms', 1_500_000],
  ['10s', 1e10],
  ['0s', 0],
  ['5min', 3e11],
  ['1h', 3.6e12],
  ['2 d', 1.728e14],
])('the duration %s is %i ns', (text, ns) => {
  expect(parseDurationNs(text, 1e15)).toBe(ns);
});

test.each(['', '10', '-1s', '1e3s', '10 sec', '1h30min', '1H', '2d'])(
  'the duration "%s" is refused',
  (text) => {
    expect(() => parseDurationNs(text, 86_400e9)).toThrow(UnreadableValue);
  },
);

test.each([
  [0, '0s'],
  [90e9, '90s'],
  [120e9, '2min'],
  [1.5e6, '1500us'],
  [3.6e12, '1h'],
])('%i ns is written %s', (ns, text) => {
  expect(durationText(ns)).toBe(text);
  expect(parseDurationNs(text, 1e15)).toBe(ns);
});

test('memory is a whole number of GiB', () => {
  expect(parseMemoryBytes('1038GiB')).toBe(1038 * 2 ** 30);
  expect(() => parseMemoryBytes('1537MiB')).toThrow('whole number of GiB');
});

test.each([
  ['1', 1],
  ['010', 10],
])('the count %s is %i', (text, count) => {
  expect(parseCount(text, 1, 10)).toBe(count);
});

test.each(['0', '11', '1.0', '1e1', '-1', '', ' 1'])('the count "%s" is refused', (text) => {
  expect(() => parseCount(text, 1, 10)).toThrow(UnreadableValue);
});

test.each([
  [2 ** 41, '2 TiB'],
  [2049 * 2 ** 30, '2049 GiB'],
  [2 ** 21, '2 MiB'],
  [4096, '4 KiB'],
])('%i bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [499, 0],
  [500, 1],
  [1499, 1],
  [9_007_199_254_740_499, 9_007_199_254_740],
  [9_007_199_254_739_500, 9_007_199_254_740],
])('%i ps are %i ns, half up and exact', (ps, ns) => {
  expect(nanoseconds(ps)).toBe(ns);
});
