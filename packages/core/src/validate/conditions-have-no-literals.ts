// Rule: no part of a condition is a bare text or number. Not here: conditions that are constant as a whole (conditions-vary.ts).

import type { Report } from '../diagnostic/report.ts';
import type { ExpressionNode } from '../expression/node.ts';
import type { ExpressionUse } from './expression-use.ts';
import type { Rule } from './rule.ts';

export const conditionsHaveNoLiterals: Rule = {
  code: 'literal-condition',
  severity: 'warning',
  title: 'a part of a condition is bare text',
  explanation:
    "Each side of `&&` and `||` is a condition of its own, and text is true unless it is empty: `x == 'a' || 'b'` is always true. Compare again on each side: `x == 'a' || x == 'b'`.",
  bad: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
when = "params.depth == 'deep' || 'full'"
run = "make review"
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[steps.review]
when = "params.depth == 'deep' || params.depth == 'full'"
run = "make review"
`,
  check({ conditions }, report) {
    for (const use of conditions) {
      if (use.compiled !== null && !use.compiled.isConstant) visit(use.compiled.root, use, report);
    }
  },
};

/** Follows the sides of `&&`, `||` and `!`; what is compared or handed to a function is no condition. */
function visit(node: ExpressionNode, use: ExpressionUse, report: Report): void {
  if (node.kind === 'not') return visit(node.operand, use, report);
  if (node.kind !== 'and' && node.kind !== 'or') return;
  for (const [at, operand] of node.operands.entries()) {
    if (operand.kind !== 'literal') {
      visit(operand, use, report);
      continue;
    }
    const text = use.source.slice(operand.start, operand.end);
    const isTrue = operand.value !== '' && operand.value !== 0 && operand.value !== false && operand.value !== null;
    const before = node.operands[at - 1];
    const repeated = before?.kind === 'comparison' ? use.source.slice(before.left.start, before.left.end) : null;
    const operator = before?.kind === 'comparison' ? before.operator : '==';
    use.report(report, operand, `${text} is a condition of its own and always ${isTrue}`, {
      help: repeated === null ? 'compare it with something, or take it out' : `write \`${repeated} ${operator} ${text}\``,
    });
  }
}
