import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { describeHost } from '../../src/host/host-machine.js';
import { memorySpan } from '../../src/host/memory-span.js';
import { GIB_BYTES } from '../../src/units.js';
import { lsmemText, sysfsFiles } from '../support/sysfs.js';

const FULL = { offline: [], hasL3: true, smt: 'on' };

/** What a machine file says of a host, and its notes. */
function described(
  files: ReadonlyMap<string, string>,
  lsmem: string | null = lsmemText([[0, 64]]),
  cpuinfo: string | null = null,
) {
  const read = (path: string) => files.get(path) ?? null;
  const { yaml, notes } = describeHost('posted-2p', { read, cpuinfo, lsmem });
  const keys = yaml.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(yaml.split('\n').filter((line) => line.startsWith('# Note: '))).toEqual(
    notes.map((note) => `# Note: ${note}.`),
  );
  return { keys, notes };
}

describe('a host is described by its shape', () => {
  test.each([
    ['one socket', [1, 4, 4, 2], '1x4x4x2'],
    ['two sockets', [2, 8, 32, 2], '2x8x32x2'],
    ['12 L3 groups of 16 cores', [1, 12, 16, 2], '1x12x16x2'],
  ] as const)('with %s', (_, shape, topology) => {
    expect(described(sysfsFiles(shape, FULL))).toEqual({
      keys: ['base: posted-2p', `topology: ${topology}`, 'memory: 64GiB'],
      notes: [],
    });
  });

  test('without SMT: the threads that are off are not there', () => {
    const offline = Array.from({ length: 16 }, (_, i) => 16 + i);
    const { keys, notes } = described(sysfsFiles([2, 2, 4, 2], { ...FULL, offline, smt: 'off' }));
    expect(keys).toContain('topology: 2x2x4x1');
    expect(notes).toEqual([
      '16 of 32 CPUs are offline, SMT being off: their place in the topology is not visible',
    ]);
  });

  test('with CPUs offline: the shape of most of it, and what is missing', () => {
    // Of 8 cores, core 3 has lost CPU 3 and core 5 both of its CPUs.
    const { keys, notes } = described(sysfsFiles([1, 2, 4, 2], { ...FULL, offline: [3, 5, 13] }));
    expect(keys).toContain('topology: 1x2x4x2');
    expect(notes).toEqual([
      '3 of 16 CPUs are offline: their place in the topology is not visible',
      'L3 groups differ in their cores: 1 with 3, 1 with 4; 4 is written',
      'cores differ in their threads online: 1 with 1, 6 with 2; 2 is written',
      'this file describes 16 CPUs, of which 13 are online',
    ]);
  });

  test('of a virtual machine without L3 data: one group per socket', () => {
    const files = sysfsFiles([2, 1, 4, 1], { ...FULL, hasL3: false, smt: 'notsupported' });
    files.set('class/dmi/id/sys_vendor', 'QEMU\n');
    const { keys, notes } = described(files);
    expect(keys).toContain('topology: 2x1x4x1');
    expect(notes).toEqual([
      'this is a virtual machine (QEMU): it shows what its hypervisor lets it see',
      'no L3 cache is described, as in many virtual machines: one L3 group per socket is assumed',
    ]);
  });

  test('of a virtual machine that only its CPUs tell of', () => {
    const lsmem = lsmemText([[0, 64]]);
    const { notes } = described(
      sysfsFiles([1, 1, 2, 1], FULL),
      lsmem,
      'processor\t: 0\nflags\t\t: fpu hypervisor lm\n',
    );
    expect(notes).toEqual([expect.stringContaining('its CPUs have the flag hypervisor')]);
    const bare = described(sysfsFiles([1, 1, 2, 1], FULL), lsmem, 'flags\t\t: fpu lm\n');
    expect(bare.notes).toEqual([]);
  });

  test('whose threads of a core have neighbouring numbers: reports have others', () => {
    const files = new Map([...sysfsFiles([1, 1, 2, 2], FULL)]);
    for (const [cpu, siblings] of ['0-1', '0-1', '2-3', '2-3'].entries()) {
      files.set(`devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, `${siblings}\n`);
    }
    const { keys, notes } = described(files);
    expect(keys).toContain('topology: 1x1x2x2');
    expect(notes).toEqual([expect.stringContaining('CPUs are numbered otherwise than in the simulation')]);
  });

  test('by no machine file where it does not tell its topology', () => {
    expect(() => described(new Map())).toThrow(InputError);
    const files = sysfsFiles([1, 1, 2, 1], FULL);
    files.delete('devices/system/cpu/cpu1/topology/physical_package_id');
    expect(() => described(files)).toThrow('none in devices/system/cpu/cpu1/topology/physical_package_id');
  });
});

describe('memory', () => {
  test('is the highest end of its ranges, holes included', () => {
    expect(
      memorySpan(
        lsmemText([
          [0, 3],
          [4, 1038],
        ]),
      ),
    ).toEqual({ memoryBytes: 1038 * GIB_BYTES, notes: [] });
  });

  test('is whole GiB, which is said', () => {
    expect(memorySpan(lsmemText([[0, 2.5]]))).toEqual({
      memoryBytes: 3 * GIB_BYTES,
      notes: ['memory ends at 2.50 GiB, rounded up to whole GiB'],
    });
  });

  test.each([[null], [''], ['{"memory": []}'], ['no such file']])(
    'that lsmem does not tell, as in %j, is left to the base',
    (lsmem) => {
      const { keys, notes } = described(sysfsFiles([1, 1, 2, 1], FULL), lsmem);
      expect(keys).toEqual(['base: posted-2p', 'topology: 1x1x2x1']);
      expect(notes).toEqual([expect.stringContaining('lsmem -J -b tells of no memory here')]);
    },
  );
});
