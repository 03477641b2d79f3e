// Rule: `==` and `!=` compare values of one kind. Not here: texts that can never be equal (comparisons-can-hold.ts).

import type { ComparisonNode, LiteralNode } from '../expression/node.ts';
import { typeOf, type OperandType } from './operand-types.ts';
import type { Rule } from './rule.ts';

export const comparisonsDoNotCoerce: Rule = {
  code: 'comparison-coerces',
  severity: 'warning',
  title: 'values of different kinds are compared',
  explanation:
    "When the two sides differ in kind, both are turned into numbers first: empty text becomes 0, true becomes 1, and other text becomes no number at all, which equals nothing. So `steps.count.outputs.size == 0` is true when the step left no output, and `params.fast == 'true'` is never true. Outputs and environment variables are always text: compare them with text. Parameters have the kind of their type.",
  bad: `id = "example"

[parameters.fast]
type = "boolean"
default = false

[steps.test]
when = "params.fast == 'true'"
run = "make test"
`,
  good: `id = "example"

[parameters.fast]
type = "boolean"
default = false

[steps.test]
when = "params.fast"
run = "make test"
`,
  check(facts, report) {
    for (const { use, comparison } of facts.comparisons) {
      if ((comparison.operator !== '==' && comparison.operator !== '!=') || report.isFull()) continue;
      const left = typeOf(comparison.left, use, facts);
      const right = typeOf(comparison.right, use, facts);
      if (left.type === 'unknown' || right.type === 'unknown' || left.type === right.type) continue;
      const message = `${left.title} is ${articles[left.type]} and ${right.title} is ${articles[right.type]}`;
      use.report(report, comparison, message, { help: advice(comparison, left, right, use.source) });
    }
  },
};

const articles = { string: 'text', number: 'a number', boolean: 'true or false', unknown: 'unknown' } as const;

function advice(
  { left, right, operator }: ComparisonNode,
  leftType: OperandType,
  rightType: OperandType,
  source: string,
): string {
  const literal = left.kind === 'literal' ? left : right.kind === 'literal' ? right : null;
  if (literal === null)
    return "turn one side into the kind of the other: `fromJSON(text)` reads a number, `format('{0}', value)` makes text";
  const other = literal === left ? right : left;
  const otherType = literal === left ? rightType : leftType;
  const written = source.slice(other.start, other.end);
  const replacement = replacementFor(literal, otherType);
  if (replacement === null) return `compare it with ${articles[otherType.type]}`;
  if (otherType.type !== 'boolean') return `write \`${written} ${operator} ${replacement}\``;
  return `write \`${(replacement === 'true') === (operator === '==') ? '' : '!'}${written}\``;
}

function replacementFor(literal: LiteralNode, { type }: OperandType): string | null {
  const { value } = literal;
  if (typeof value === 'object') return null;
  if (type === 'string') return `'${value}'`;
  if (type === 'boolean') return value === 'true' || value === 1 ? 'true' : value === 'false' || value === 0 ? 'false' : null;
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? value.trim() : null;
}
