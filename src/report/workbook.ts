import writeExcelFile, { type Row, type Sheet } from 'write-excel-file/node';
import { InputError } from '../errors.js';
import {
  axisColumnsOf,
  COMPARED_COLUMNS,
  type Column,
  CPU_COLUMNS,
  IMPORTED_RESULT_COLUMNS,
  RESULT_COLUMNS,
} from '../run-document/columns.js';
import type { ImportedDocument, RecordedMachine, RunDocument } from '../run-document/run-document.js';
import { formatBytes } from '../units.js';
import { visibleText } from '../visible-text.js';
import { counted } from './figures.js';
import { pivotTables } from './pivot.js';
import { cpuRows, type RowTable, resultRows } from './rows.js';
import { shellWord } from './shell-words.js';
import { type NamedSweep, namedSweeps } from './sweep-names.js';
import type { WideRow } from './wide-rows.js';
import { withFixedTimes } from './zip-times.js';

type Document = RunDocument | ImportedDocument;

/** What a cell holds; `null` is an empty one. */
type FieldValue = string | number | null;

/** How the numbers of a column show; their values are whole. */
type Look = 'plain' | 'whole' | 'decimals' | 'fine';
const NUMBER_FORMATS: Readonly<Record<Look, string | null>> = {
  plain: null,
  whole: '0',
  decimals: '0.000',
  fine: '0.000000',
};

interface SheetColumn<R> {
  readonly head: string;
  readonly look: Look;
  readonly cell: (row: R) => FieldValue;
}

/** A sheet in the making. */
interface SheetText {
  readonly name: string;
  readonly rows: readonly Row[];
  /** So many rows stay on the screen. */
  readonly headRows: number;
}

/** The bytes of a workbook in the format of Excel: the same document is the same bytes. */
export async function renderWorkbook(document: Document): Promise<Uint8Array> {
  const sheets = [
    summarySheet(document),
    pivotSheet(document),
    rowSheet('results', resultRows(document)),
    ...(document.cpus.length > 0 ? [rowSheet('cpus', cpuRows(document))] : []),
    ...(document.machines.length > 0 ? [parameterSheet(document.machines)] : []),
    aboutSheet(document),
  ];
  for (const sheet of sheets) checkLength(sheet);
  return withFixedTimes(
    await writeExcelFile(sheets.map(toSheet), { ...FONT, features: [NORMAL_STYLE] }).toBuffer(),
  );
}

/** One for all cells: without it a program shows bold ones in another. */
const FONT = { fontFamily: 'Calibri', fontSize: 11 };

/** The style that cells have by default; without it readers such as pandas print a warning. */
const NORMAL_STYLE = {
  files: {
    transform: {
      'xl/styles.xml': {
        transform: (xml: string) =>
          xml
            .replace('<cellXfs', '<cellStyleXfs count="1"><xf fontId="0"/></cellStyleXfs><cellXfs')
            .replace(
              '</styleSheet>',
              '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
            ),
      },
    },
  },
};

/** What the file format has room for. */
const ROWS_MAX = 1_048_576;
const TEXT_MAX_LENGTH = 32_767;

function checkLength({ name, rows }: SheetText): void {
  if (rows.length <= ROWS_MAX) return;
  const expected = `at most ${ROWS_MAX} rows in a sheet of a workbook`;
  const hint = 'Fewer cells fit; --csv takes any number of rows.';
  throw new InputError([{ where: `sheet ${name}`, expected, found: String(rows.length), hint }]);
}

function summarySheet(document: Document): SheetText {
  const rows = namedSweeps(document);
  const columns = summaryColumns(document);
  const title = `${originInCapitals(document)} RMPOPT sweeps, times in ms; sheet about says more`;
  return tableSheet('summary', [[bold(title)]], columns, rows);
}

/** Names first, then what is varied, then times: what a chart takes stands side by side. */
function summaryColumns(document: Document): SheetColumn<NamedSweep>[] {
  const [first] = document.comparisons;
  const own = (name: keyof WideRow, look: Look = 'whole', head: string = name): SheetColumn<NamedSweep> => {
    return { head, look, cell: (row) => row[name] };
  };
  const ms = (head: string, name: keyof WideRow, look: Look = 'decimals'): SheetColumn<NamedSweep> => {
    return { head: `${head} ms`, look, cell: (row) => milliseconds(row[name]) };
  };
  const added = (name: string, look: Look): SheetColumn<NamedSweep> => {
    return { head: name, look, cell: (row) => toFieldValue(row[name]) };
  };
  return [
    { head: 'sweep', look: 'plain', cell: ({ name }) => name },
    ...axisColumnsOf(first ?? {}).map((name) => added(name, 'plain')),
    ...[ms('local', 'localNs'), ms('remote', 'remoteNs'), ms('total', 'totalNs')],
    ...[ms('total low', 'totalLowNs'), ms('total high', 'totalHighNs')],
    ...(first === undefined
      ? []
      : ['ratio', 'ratioLow', 'ratioHigh', 'isBaseline'].map((name) => added(name, 'decimals'))),
    ...[
      ms('remote per CPU', 'remotePerCpuNs'),
      ms('in RMPOPT', 'remoteInRmpoptMeanNs'),
      own('peggedCpus', 'decimals'),
    ],
    ...(['issued', 'optimized', 'failed', 'ipis'] as const).map((name) => own(name)),
    ms('longest interrupt', 'longestInterruptNs', 'fine'),
    ...(['scenario', 'state', 'mapping', 'strategy', 'threads', 'hypothesis'] as const).map((name) =>
      own(name),
    ),
    ...(['variation', 'machine', 'topology', 'memoryBytes', 'regions', 'cpus'] as const).map((name) =>
      own(name),
    ),
    ...[own('seed'), own('run'), own('origin')],
  ];
}

function pivotSheet(document: Document): SheetText {
  const tables = pivotTables(document).map(({ what, corner, columns, rows }): Row[] => [
    [bold(`${originInCapitals(document)} ${what}`)],
    [bold(corner), ...columns.map(bold)],
    ...rows.map(({ name, cells }) => [
      toField(name, 'plain'),
      ...cells.map((ns) => toField(milliseconds(ns), 'decimals')),
    ]),
  ]);
  return { name: 'pivot', rows: tables.flatMap((rows, i) => (i === 0 ? rows : [[], ...rows])), headRows: 0 };
}

/** Every column there is, by its name; those of axes are described nowhere. */
const COLUMNS: Readonly<Record<string, Column>> = {
  ...CPU_COLUMNS,
  ...RESULT_COLUMNS,
  ...IMPORTED_RESULT_COLUMNS,
  ...COMPARED_COLUMNS,
};

const LOOKS: Readonly<Record<Column['kind'], Look>> = {
  text: 'plain',
  phase: 'plain',
  integer: 'whole',
  'integer?': 'whole',
  number: 'plain',
  'number?': 'plain',
  ratio: 'decimals',
  'ratio?': 'decimals',
  percent: 'decimals',
  'percent?': 'decimals',
};

/** Rows as CSV has them. */
function rowSheet(name: string, { rows, columns }: RowTable): SheetText {
  const sheetColumns = columns.map((head): SheetColumn<Readonly<Record<string, unknown>>> => {
    const kind = COLUMNS[head]?.kind;
    return {
      head,
      look: kind === undefined ? 'plain' : LOOKS[kind],
      cell: (row) => toFieldValue(row[head]),
    };
  });
  return tableSheet(
    name,
    [],
    sheetColumns,
    rows.map((row) => ({ ...row })),
  );
}

function parameterSheet(machines: readonly RecordedMachine[]): SheetText {
  const rows = machines.flatMap(({ id, hypothesis, parameters }) =>
    parameters.map((parameter) => ({ machine: id, hypothesis, ...parameter })),
  );
  const heads = [
    'machine',
    'hypothesis',
    'name',
    'value',
    'unit',
    'low',
    'high',
    'provenance',
    'source',
  ] as const;
  const columns = heads.map((head): SheetColumn<(typeof rows)[number]> => {
    return { head, look: 'plain', cell: (row) => toFieldValue(row[head]) };
  });
  return tableSheet('parameters', [], columns, rows);
}

function aboutSheet(document: Document): SheetText {
  const { tool, command, machines, warnings, missing, origin } = document;
  const isSimulated = origin === 'simulated';
  const rows: (readonly [string, FieldValue])[] = [
    [originInCapitals(document), isSimulated ? 'No hardware was measured.' : 'Figures of a log of a kernel.'],
    ['command', [tool.name, ...command].map(shellWord).join(' ')],
    ['version', `${tool.name} ${tool.version}`],
    ...(isSimulated ? ([['seed', document.seed]] as const) : []),
    ...(isSimulated && document.jitter !== undefined ? ([['runs', document.jitter.runs]] as const) : []),
    ...machines.map((machine) => ['machine', aboutMachine(machine)] as const),
    [
      'summary',
      `A row per sweep.${isSimulated ? ' low and high: 9 in 10 measurements should fall between them.' : ''}`,
    ],
    ['pivot', 'Times by state and by what was varied first.'],
    ['results', 'A row per sweep and phase, times in ns, as --csv has them.'],
    ...warnings.map(({ message }) => ['warning', message] as const),
    ...missing.map(
      ({ scenario, cell, reason }) =>
        ['missing', `${[scenario, cell].filter(Boolean).join(' ')}: ${reason}`] as const,
    ),
  ];
  return {
    name: 'about',
    rows: rows.map(([what, value]) => [bold(what), toField(value, 'whole')]),
    headRows: 0,
  };
}

function aboutMachine({ id, hypothesis, topology, cores, cpus, memoryBytes }: RecordedMachine): string {
  const size = `${counted(cores, 'core')}, ${counted(cpus, 'CPU')}, ${formatBytes(memoryBytes)}`;
  return `${id}: ${topology} (${size}), hypothesis ${hypothesis}`;
}

function originInCapitals({ origin }: Document): string {
  return origin === 'simulated' ? 'SIMULATED' : 'IMPORTED';
}

function tableSheet<R>(
  name: string,
  titles: readonly Row[],
  columns: readonly SheetColumn<R>[],
  rows: readonly R[],
): SheetText {
  return {
    name,
    rows: [
      ...titles,
      columns.map(({ head }) => bold(head)),
      ...rows.map((row) => columns.map(({ cell, look }) => toField(cell(row), look))),
    ],
    headRows: titles.length + 1,
  };
}

function milliseconds(ns: FieldValue): number | null {
  return typeof ns === 'number' ? ns / 1e6 : null;
}

function toFieldValue(value: unknown): FieldValue {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : String(value);
}

function toField(value: FieldValue, look: Look): Row[number] {
  if (typeof value === 'string') return value === '' ? null : sheetText(value);
  const format = NUMBER_FORMATS[look];
  return value === null || format === null ? value : { value, format };
}

function bold(value: string | number): Row[number] {
  return { value: typeof value === 'string' ? sheetText(value) : value, fontWeight: 'bold' };
}

/** What the file format takes for an escaped character, such as _x0041_. */
const ESCAPE = /_(?=x[0-9a-f]{4}_)/gi;

/** A text as cells hold it. It is a text whatever it looks like: no formula and no date. */
function sheetText(text: string): string {
  return visibleText(text).slice(0, TEXT_MAX_LENGTH).replaceAll(ESCAPE, '_x005F_');
}

const WIDTH_MIN = 9;
const WIDTH_MAX = 48;

function toSheet({ name, rows, headRows }: SheetText): Sheet<never> {
  return {
    data: [...rows],
    sheet: name,
    orientation: 'landscape',
    columns: widthsOf(rows),
    ...(headRows > 0 ? { stickyRowsCount: headRows } : {}),
  };
}

/** Wide enough for what most cells hold; a title runs on over the cells beside it. */
function widthsOf(rows: readonly Row[]): { width: number }[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row.length < 2) continue;
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? WIDTH_MIN, lengthOf(cell) + 2);
  }
  return widths.map((width) => ({ width: Math.min(width, WIDTH_MAX) }));
}

function lengthOf(cell: Row[number]): number {
  if (cell === null || cell === undefined) return 0;
  const value = typeof cell === 'object' && 'value' in cell ? cell.value : cell;
  if (typeof value === 'number') return value.toFixed(Number.isInteger(value) ? 0 : 3).length;
  return String(value ?? '').length;
}
