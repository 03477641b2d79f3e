// What the planner asks of expressions: whether one asks how the run stands, and which paths `changed()` watches.
// Not here: whether they are right (validate/).

import type { CompiledExpression } from '../expression/expression.ts';
import { compileExpression } from '../expression/compile.ts';
import { textOf } from '../expression/parse-text.ts';
import type { StepModel } from '../model/workflow.ts';
import { literalPaths } from './references-of.ts';
import { expressionsOf } from './templates.ts';

export class ExpressionFacts {
  readonly #compiled = new Map<string, CompiledExpression | null>();

  /** Takes over expressions that are compiled already. */
  constructor(compiled: Iterable<CompiledExpression> = []) {
    for (const expression of compiled) this.#compiled.set(expression.source, expression);
  }

  /** Says whether an expression calls success(), failure(), always() or cancelled(). */
  asksForStatus(source: string): boolean {
    return this.#compile(source)?.usesStatusFunction ?? false;
  }

  /** Returns the paths whose content has to be noted before a step (before each turn of a loop), sorted. */
  watchedBy({ breakWhen, repeat, outputs }: StepModel): readonly string[] {
    const sources = [breakWhen, repeat?.until, repeat?.while].filter((source) => typeof source === 'string');
    for (const { value } of outputs) if (value !== null) sources.push(...expressionsOf(textOf(value)));
    if (sources.length === 0) return nothing;
    const paths = sources.flatMap((source) => literalPaths(this.#compile(source)?.calls ?? [], 'changed'));
    return paths.length === 0 ? nothing : [...new Set(paths)].sort();
  }

  #compile(source: string): CompiledExpression | null {
    let compiled = this.#compiled.get(source);
    if (compiled === undefined) {
      const result = compileExpression(source);
      compiled = result.ok ? result.expression : null;
      this.#compiled.set(source, compiled);
    }
    return compiled;
  }
}

const nothing: readonly string[] = [];
