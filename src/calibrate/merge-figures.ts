import { type Figure, figuresOf } from './figures.js';
import type { Condition, FiguresFile } from './figures-file.js';

/** The figures of several files, those of one condition together whatever each file calls it. What a file tells apart stays apart. */
export interface MergedFigures {
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly figures: readonly Figure[];
}

export function mergeFigures(files: readonly FiguresFile[]): MergedFigures {
  const conditions = new Map<string, Condition>();
  const nameOfContent = new Map<string, string>();
  const figures = files.flatMap((file) => {
    const names = new Map<string, string>();
    const before = new Map(nameOfContent);
    for (const [name, condition] of Object.entries(file.conditions)) {
      const { scenario, strategy, threads, memory, mapping, use } = condition;
      const content = [scenario, strategy, threads, memory, mapping, use].join('\n');
      const merged = before.get(content) ?? freeName(name, conditions);
      nameOfContent.set(content, merged);
      if (!conditions.has(merged)) conditions.set(merged, condition);
      names.set(name, merged);
    }
    return figuresOf(file).map((figure) => ({ ...figure, condition: names.get(figure.condition) ?? '' }));
  });
  return { conditions, figures };
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}~${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
