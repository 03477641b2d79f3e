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
  check({ reads }, report) {
    for (const { use, reference } of reads.get('item') ?? []) {
      const { step, place } = use.where;
      if (step === null || place === 'repeat.max' || !itemNames(use).next().done || report.isFull()) continue;
      const isEarly = step.step.foreach !== null;
      const message = isEarly
        ? `\`${place}\` is asked before there is an \`item\``
        : `\`item\` is read, but the step \`${step.step.id}\` has no \`foreach\``;
      const help = isEarly
        ? 'ask about the item in the step itself'
        : 'add `foreach.in = "…"` with an expression that gives a list';
      const { start } = reference;
      use.report(report, { start, end: start + reference.context.length }, message, { help });
    }
  },
};
