// What the planner has to know of the expressions of a workflow, noted while they were checked, so that the rest of them can be
// forgotten: a plan keeps sources only.
// Not here: whether they are right (validate/).

import type { CompiledExpression } from '../expression/expression.ts';
import { textOf } from '../expression/parse-text.ts';
import type { StepModel } from '../model/workflow.ts';
import { literalPaths } from './references-of.ts';
import { expressionsOf } from './templates.ts';

export class ExpressionHints {
  readonly #statusSources = new Set<string>();
  readonly #watched = new Map<string, readonly string[]>();
  readonly #inputSources = new Set<string>();
  readonly #files = new Set<string>();

  /** Notes what there is to know of an expression. */
  note({ source, usesStatusFunction, calls, references }: CompiledExpression): void {
    if (usesStatusFunction) this.#statusSources.add(source);
    if (references.some(({ context }) => context === 'inputs')) this.#inputSources.add(source);
    if (calls.length === 0) return;
    const changed = literalPaths(calls, 'changed');
    if (changed.length > 0) this.#watched.set(source, changed);
    for (const path of literalPaths(calls, 'file')) this.#files.add(path);
  }

  /** Says whether an expression calls success(), failure(), always() or cancelled(). */
  asksForStatus(source: string): boolean {
    return this.#statusSources.has(source);
  }

  /** Says whether an expression reads the inputs of an action. */
  readsInputs(source: string): boolean {
    return this.#inputSources.has(source);
  }

  /** Paths that `file('path')` reads anywhere, sorted. */
  get filesRead(): readonly string[] {
    return [...this.#files].sort();
  }

  /** Returns the paths whose content has to be noted before a step (before each turn of a loop), sorted. */
  watchedBy({ breakWhen, repeat, outputs }: StepModel): readonly string[] {
    if (this.#watched.size === 0) return [];
    const sources = [breakWhen, repeat?.until, repeat?.while, repeat?.progress?.of].filter(
      (source) => typeof source === 'string',
    );
    for (const { value } of outputs) if (value !== null) sources.push(...expressionsOf(textOf(value)));
    return [...new Set(sources.flatMap((source) => this.#watched.get(source) ?? []))].sort();
  }
}
