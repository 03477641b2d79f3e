// Gives the texts of a local action the inputs that it was used with.
// Not here: which inputs those are (expand-uses.ts).

import type { ExpressionScope, Reference } from '../expression/expression.ts';
import type { Json } from '../model/json.ts';
import type { PlanInputs } from './plan.ts';
import { resolveTemplate } from './resolve-text.ts';

/**
 * Returns the scope in which a step's texts are resolved: `scope`, and on top the context `inputs`. Inputs are resolved in the
 * scope of whoever gave them, when they are first read, and once.
 */
export function withInputs(scope: ExpressionScope, inputs: PlanInputs | null): ExpressionScope {
  if (inputs === null) return scope;
  const outer = withInputs(scope, inputs.outer);
  const resolved = new Map<string, Json>();
  const valueOf = (name: string): Json => {
    let value = resolved.get(name);
    if (value === undefined) resolved.set(name, (value = resolveTemplate(inputs.values[name]!, outer)));
    return value;
  };
  return {
    context(name, references) {
      if (name !== 'inputs') return scope.context(name, references);
      return Object.fromEntries(namesRead(references, inputs).map((input) => [input, valueOf(input)]));
    },
    call: (name, args) => scope.call(name, args),
  };
}

/** The inputs that may be read: those that are named, or all when one is computed or all are meant. */
function namesRead(references: readonly Reference[], { values }: PlanInputs): readonly string[] {
  const names = Object.keys(values);
  const read = new Set<string>();
  for (const { path } of references) {
    if (typeof path[0] !== 'string' || path[0] === '*') return names;
    read.add(path[0].toLowerCase());
  }
  return names.filter((name) => read.has(name.toLowerCase()));
}
