// Rule: `item` is read only inside a `foreach`.

import { itemNames } from './names.ts';
import type { Rule } from './rule.ts';

export const itemsAreInForeach: Rule = {
  code: 'item-outside-foreach',
  severity: 'error',
  title: '`item` is read outside a `foreach`',
  explanation:
    '`item` is what a `foreach` of this step, or of a group around it, is at. `foreach.in`, which makes the list, and `when`, which decides whether there is a list at all, come before any item and cannot read it.',
  bad: `id = "example"

[steps.lint]
run = "lint \${{ item }}"
`,
  good: `id = "example"

[steps.lint]
foreach.in = """fromJSON('["a.ts", "b.ts"]')"""
run = "lint \${{ item }}"
`,
  check({ expressions }, report) {
    for (const use of expressions) {
      const { step, place } = use.where;
      if (step === null || place === 'repeat.max') continue;
      for (const { context, start, end, pathSpans } of use.compiled?.references ?? []) {
        if (context !== 'item' || report.isFull()) continue;
        if (!itemNames(use).next().done) continue;
        const own = step.step.foreach !== null;
        const message = own
          ? `\`${place}\` is asked before there is an \`item\``
          : `\`item\` is read, but the step \`${step.step.id}\` has no \`foreach\``;
        const help = own
          ? 'ask about the item in the step itself'
          : 'add `foreach.in = "…"` with an expression that gives a list';
        use.report(report, { start, end: pathSpans.length === 0 ? end : start + context.length }, message, { help });
      }
    }
  },
};
