// Rule: a condition is not the same in every run. Not here: conditions with a constant part (conditions-have-no-literals.ts).

import { truthy } from '../expression/coerce.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { CompiledExpression } from '../expression/expression.ts';
import type { Rule } from './rule.ts';

export const conditionsVary: Rule = {
  code: 'constant-condition',
  severity: 'warning',
  title: 'a condition is the same in every run',
  explanation:
    "The condition reads nothing that could differ from run to run, so it is always true or always false. Often quotes are the reason: `'params.depth'` is text, which is true unless empty; `params.depth` is the parameter. A step that should not run at all is better taken out.",
  bad: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
when = "'params.depth' == 'deep'"
run = "review \${{ params.depth }}"
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
when = "params.depth == 'deep'"
run = "review \${{ params.depth }}"
`,
  check({ conditions }, report) {
    for (const use of conditions) {
      if (use.compiled === null || !use.compiled.isConstant || report.isFull()) continue;
      const value = constantValue(use.compiled);
      if (value === null) continue;
      const quoted = /'(params|env|steps|needs|inputs|item)\.[^']*'/.exec(use.source)?.[0];
      const help =
        quoted === undefined ? helps[use.where.place]?.[value ? 'true' : 'false'] : `write ${quoted.slice(1, -1)} without quotes`;
      use.report(report, { start: 0, end: use.source.length }, `this condition is always ${value}`, { help: help ?? null });
    }
  },
};

/** Null for one that has no value, such as `fromJSON('{')`. */
function constantValue(compiled: CompiledExpression): boolean | null {
  try {
    return truthy(evaluateExpression(compiled, { context: () => undefined, call: () => null }));
  } catch {
    return null;
  }
}

const helps: { readonly [place: string]: { readonly true: string; readonly false: string } } = {
  when: { true: 'take `when` out', false: 'take the step out, or make it depend on a parameter' },
  until: { true: 'the loop has one turn; take `repeat` out', false: 'take `until` out and say how many turns there are: `max`' },
  while: { true: 'take `while` out and say how many turns there are: `max`', false: 'the loop has one turn; take `repeat` out' },
  break_when: { true: 'the turn always ends here; take the steps behind it out', false: 'take `break_when` out' },
};
