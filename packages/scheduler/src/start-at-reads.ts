// Which steps of a run that starts at a named step would read outputs of those that it skips, and find nothing?
// Not here: which are skipped (start-at.ts).

import { compileExpression, type Plan, type PlanStep, type Reference, unguardedReferences } from '@workflow-platform/core';
import { needsThrough } from './start-at.ts';
import { sourcesOfStep } from './step-sources.ts';
import { createStepTable, type StepTable } from './step-table.ts';

/** An expression that reads what will not be there, without an `||` that says what counts then. */
export interface UnmetRead {
  /** Path of the step that reads. */
  readonly step: string;
  /** Path of the step that is skipped. */
  readonly of: string;
  /** As in the expression: `steps.pick.outputs.task`. */
  readonly reads: string;
}

/** Returns them in the order of the file, each once. `startAt` is the path of a step of the plan. */
export function unmetReads({ steps }: Pick<Plan, 'steps'>, startAt: string): readonly UnmetRead[] {
  const found = new Map<string, UnmetRead>();
  lookInto({ table: createStepTable(steps), prefix: '', ids: startAt.split('.'), outer: null }, found);
  return [...found.values()];
}

/** The steps of the workflow or of a group. */
interface Level {
  readonly table: StepTable;
  readonly prefix: string;
  /** The path from here on; null where it leads elsewhere. */
  readonly ids: readonly string[] | null;
  readonly outer: Level | null;
}

function lookInto(level: Level, found: Map<string, UnmetRead>): void {
  for (const { plan, inner, index } of level.table.specs) {
    if (skippedAt(level).has(index)) continue;
    const ids = level.ids !== null && level.ids[0] === plan.id && level.ids.length > 1 ? level.ids.slice(1) : null;
    const path = `${level.prefix}${plan.id}`;
    const inside = inner === null ? null : { table: inner, prefix: `${path}.`, ids, outer: level };
    for (const source of ownSources(plan)) {
      const compiled = compileExpression(source);
      // Carrying it out will say what is wrong with it.
      if (!compiled.ok) continue;
      for (const reference of unguardedReferences(compiled.expression)) {
        const of = skippedBehind(reference, inside ?? level);
        const reads = [reference.context, ...reference.path.map((part) => part ?? '*')].join('.');
        if (of !== null) found.set(`${path} ${reads}`, { step: path, of, reads });
      }
    }
    if (inside !== null) lookInto(inside, found);
  }
}

/** Without those of the steps in it. */
function ownSources(step: PlanStep): string[] {
  return sourcesOfStep(step.kind === 'group' ? { ...step, steps: [] } : step, { isItem: false });
}

/** Returns the path of the skipped step whose outputs are read; null when it reads something else. */
function skippedBehind({ context, path }: Reference, from: Level): string | null {
  const [id, member] = path;
  if ((context !== 'steps' && context !== 'needs') || typeof id !== 'string' || member !== 'outputs') return null;
  for (let level: Level | null = from; level !== null; level = level.outer) {
    const spec = level.table.find(id);
    if (spec !== undefined) return skippedAt(level).has(spec.index) ? `${level.prefix}${spec.plan.id}` : null;
  }
  return null;
}

const none: ReadonlySet<number> = new Set();

function skippedAt({ table, ids }: Level): ReadonlySet<number> {
  return ids === null ? none : needsThrough(table, ids[0] as string);
}
