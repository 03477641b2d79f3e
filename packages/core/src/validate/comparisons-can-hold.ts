// Rules: text is compared with something that the other side can be, written the same way.

import type { ComparisonOperator } from '../expression/node.ts';
import type { Report } from '../diagnostic/report.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Facts } from './facts.ts';
import { typeOf, type OperandType } from './operand-types.ts';
import type { Rule } from './rule.ts';

export const comparisonsCanHold: Rule = {
  code: 'comparison-impossible',
  severity: 'error',
  title: 'a value is compared with something it can never be',
  explanation:
    'The other side has a fixed set of values (those of an `enum` parameter, or `success`, `failure`, `cancelled` and `skipped` for a step), and this text is none of them. The comparison has the same answer in every run.',
  bad: `id = "example"

[parameters.depth]
type = "enum"
values = ["quick", "deep"]
default = "quick"

[steps.review]
when = "params.depth == 'deeep'"
run = "make review"
`,
  good: `id = "example"

[parameters.depth]
type = "enum"
values = ["quick", "deep"]
default = "quick"

[steps.review]
when = "params.depth == 'deep'"
run = "make review"
`,
  check(facts, report) {
    for (const { use, literal, text, other, values, operator } of comparisonsWithValues(facts, report)) {
      if (values.some((value) => value.toLowerCase() === text.toLowerCase())) continue;
      const list = values.map((value) => `'${value}'`).join(', ');
      use.report(report, literal, `${other.title} is never '${text}', so this is always ${operator === '!='}`, {
        help: report.didYouMean(text, values, `it is one of ${list}`),
      });
    }
  },
};

/** Yields comparisons of a text with something that has a fixed set of values. */
export function* comparisonsWithValues(
  facts: Facts,
  report: Report,
): Generator<{
  use: ExpressionUse;
  literal: { start: number; end: number };
  text: string;
  other: OperandType;
  values: readonly string[];
  operator: ComparisonOperator;
}> {
  for (const { use, comparison } of facts.comparisons) {
    const { left, right, operator } = comparison;
    if ((operator !== '==' && operator !== '!=') || report.isFull()) continue;
    const literal = left.kind === 'literal' ? left : right.kind === 'literal' ? right : null;
    if (literal === null || typeof literal.value !== 'string') continue;
    const other = typeOf(literal === left ? right : left, use, facts);
    if (other.values !== null) yield { use, literal, text: literal.value, other, values: other.values, operator };
  }
}
