import * as Plot from '@observablehq/plot';
import type { ElementFactory } from './element.js';

/** A picture with what it is called and what it shows, which those who cannot see it are told. */
export interface Chart {
  readonly title: string;
  /** In a sentence or two. */
  readonly says: string;
  /** Names of colours. */
  readonly legend: readonly { readonly name: string; readonly color: string }[];
  readonly options: Plot.PlotOptions;
}

/** Colours that the page's style defines for light and dark. */
export const COLORS = {
  local: 'var(--local)',
  remote: 'var(--remote)',
  sending: 'var(--sending)',
  executing: 'var(--executing)',
  queued: 'var(--queued)',
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  /** Ranges, sums, and what has no colour of its own. */
  range: 'var(--soft)',
} as const;

/** Colours for things that have no colour of their own, in their order. */
export const SERIES = ['var(--first)', 'var(--second)', 'var(--third)', 'var(--fourth)'] as const;

/** Room for the longest of some labels beside an axis, in pixels. */
export function marginFor(labels: readonly string[]): number {
  const longest = Math.max(0, ...labels.map((label) => label.length));
  return Math.min(360, 24 + 7 * longest);
}

/** A label that fits beside an axis, with both its ends; the whole of it is in the title of what it labels. */
export function axisLabel(label: string): string {
  return label.length > 46 ? `${label.slice(0, 22)}…${label.slice(-23)}` : label;
}

/** The picture as a figure of the page. */
export function figureOf(elements: ElementFactory, { title, says, legend, options }: Chart): Element {
  const svg = Plot.plot({
    marginBottom: 42,
    ...options,
    document: elements.document,
    ariaLabel: title,
    ariaDescription: says,
    style: { background: 'transparent', fontSize: '12px', overflow: 'visible' },
  });
  // As an image it would hide what its marks say.
  svg.setAttribute('role', 'group');
  const keys = legend.map(({ name, color }) =>
    elements.make(
      'li',
      {},
      elements.make('span', { class: 'swatch', style: `background: ${color}` }),
      ` ${name}`,
    ),
  );
  return elements.make(
    'figure',
    {},
    elements.make('figcaption', {}, elements.make('strong', {}, title), ` ${says}`),
    keys.length === 0 ? [] : elements.make('ul', { class: 'legend' }, keys),
    svg,
  );
}
