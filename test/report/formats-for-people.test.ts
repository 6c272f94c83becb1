import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { runDocument } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { plainLayout, rendered } from '../support/rendered.js';

const lkml = (document: RunDocument, by: 'cpu' | 'l3') =>
  rendered(document, plainLayout(72, false), { format: 'lkml', by });

const FORMATS = {
  'table in UTF-8': (document: RunDocument) => rendered(document, plainLayout(80)),
  'table in ASCII': (document: RunDocument) => rendered(document, plainLayout(80, false), { by: 'l3' }),
  markdown: (document: RunDocument) => rendered(document, plainLayout(100), { format: 'markdown', by: 'l3' }),
  lkml: (document: RunDocument) => lkml(document, 'l3'),
};

const widest = (text: string) => text.split('\n').reduce((most, line) => Math.max(most, [...line].length), 0);

/** The document with some of its texts replaced wherever they stand. */
function renamed(document: RunDocument, names: Readonly<Record<string, string>>): RunDocument {
  return JSON.parse(JSON.stringify(document), (_, value) =>
    typeof value === 'string' && Object.hasOwn(names, value) ? names[value] : value,
  );
}

/** A run with guests and a grid with variations, small enough to be rendered often. */
let run: RunDocument;
let grid: RunDocument;
beforeAll(async () => {
  const small = ['--topology', '1x2x2x1', '--memory', '256GiB', ...FEW_SETS, '--per-cpu'];
  run = await runDocument(['guest-exit', 'empty', ...small]);
  grid = await runDocument(['compare', 'empty', 'full', ...small, '--vary', 'ipiPerTargetNs=70,90']);
});

const HOSTILE = {
  tags: '<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;',
  quotes: `"'\`'" && rm -rf ~ \\`,
  formulas: "=cmd()|'/c calc'!A1",
  'terminal escapes': '\u001b[31mred\u001b]0;title\u0007\u009b2J\r\b',
  'another direction': '\u202egnp.exe\u2066\u200f',
  'line breaks': 'a\nb\r\n# c\u2028d',
  markup: '| a | b |\n|---|\n- *x* [link](http://evil) ![i](http://evil) www.evil.com @you ~~~',
  '200 characters': 'x'.repeat(200),
  '30 words': 'x | '.repeat(30),
};

const madeHostile = new Map<string, readonly RunDocument[]>();

/** The same name for a scenario, a label, a guest, a mapping, a variation, a hypothesis and the machine. */
function hostileDocuments(name: string): readonly RunDocument[] {
  const known = madeHostile.get(name);
  if (known !== undefined) return known;
  const made = [
    renamed(run, { empty: name, 'after-exit': name, a: name, none: name, 'posted-2p': name }),
    renamed(grid, { empty: name, 'ipiPerTargetNs=70': name, shared: name }),
  ];
  madeHostile.set(name, made);
  return made;
}

describe.each(Object.entries(FORMATS))('%s', (format, render) => {
  test.each(Object.entries(HOSTILE))('is not harmed by names of %s', async (_, name) => {
    for (const document of hostileDocuments(name)) {
      const text = await render(document);
      expect(text).toMatch(/^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\n)*$/u);
      expect(text).toContain('SIMULATED');
      if (format !== 'markdown') expect(widest(text)).toBeLessThanOrEqual(format === 'lkml' ? 72 : 80);
      if (format === 'lkml' || format === 'table in ASCII') expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  test('names long labels and variations in full, and has the figures of each', async () => {
    const names = ['a', 'b'].map((end) => `${'long-'.repeat(12)}${end}`);
    const [first = '', second = ''] = names;
    const variation = `${first}=1;${second}=2`;
    const document = renamed(grid, { empty: first, full: second, 'ipiPerTargetNs=70': variation });
    const text = await render(document);
    const unwrapped = text.replace(/\n\s*/g, '');
    for (const name of [...names, `${first}=1`]) expect(unwrapped).toContain(name);
    for (const { elapsedNs, phase } of document.results) {
      if (phase === 'total') expect(text).toContain(` ${(elapsedNs / 1e6).toPrecision(3)} `);
    }
  });
});

describe('markdown', () => {
  const parsed = (text: string) => {
    const tree = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
    const kinds = new Set<string>();
    const texts: string[] = [];
    const visit = (node: { type: string; value?: string; children?: readonly object[] }) => {
      kinds.add(node.type);
      if (node.value !== undefined) texts.push(node.value);
      for (const child of node.children ?? []) visit(child as typeof node);
    };
    visit(tree);
    return { kinds: [...kinds], text: texts.join('') };
  };
  const KINDS = [
    ...['code', 'heading', 'inlineCode', 'list', 'listItem', 'paragraph', 'root'],
    ...['table', 'tableCell', 'tableRow', 'text'],
  ];

  test.each(Object.values(HOSTILE).slice(0, 7))('makes nothing but text of %j', async (name) => {
    for (const document of hostileDocuments(name)) {
      const { kinds } = parsed(await FORMATS.markdown(document));
      expect(kinds.filter((kind) => !KINDS.includes(kind))).toEqual([]);
    }
  });

  test('says of a name what it is', async () => {
    const name = '<b>|`*_x_*`|</b> #1 & [y](z)';
    expect(parsed(await FORMATS.markdown(renamed(grid, { empty: name }))).text).toContain(name);
  });
});

describe('lkml', () => {
  test('has the table of a terminal, with the ratio of each cell', async () => {
    const [head = '', ...rows] = (await lkml(grid, 'cpu'))
      .split('\n')
      .filter((line) => /^(?:(?:full|empty) +ipiPerTargetNs=|state .* ratio$)/.test(line));
    expect(head).toMatch(/ ratio$/);
    expect(rows.slice(0, 4).map((row) => row.split(' ').at(-1))).toEqual(['1.00', '1.00', '0.18', '0.18']);
  });

  test('marks times outside their own range', async () => {
    const results = run.results.map((row) => ({ ...row, elapsedLowNs: 0, elapsedHighNs: row.elapsedNs + 1 }));
    expect(await lkml({ ...run, results }, 'cpu')).not.toContain('!');
    const outside = results.map((row) => ({ ...row, elapsedHighNs: row.elapsedNs - 1 }));
    expect((await lkml({ ...run, results: outside }, 'cpu')).match(/ ! \d/g)).toHaveLength(6);
  });
});
