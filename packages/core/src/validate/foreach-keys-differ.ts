// Rule: the key of a `foreach` depends on the item.

import { itemNames } from './names.ts';
import type { Rule } from './rule.ts';

export const foreachKeysDiffer: Rule = {
  code: 'foreach-key-constant',
  severity: 'error',
  title: 'the key of a `foreach` is the same for every item',
  explanation:
    'The key names each item for good: in logs, in `workflow status`, and when a run is resumed. It has to differ from item to item, so it must read the item. It is an expression: text would be the same for all.',
  bad: `id = "example"

[steps.lint]
foreach = { in = "fromJSON(params.files)", key = "'name'" }
run = "lint \${{ item.name }}"

[parameters.files]
default = '[{"name": "a"}]'
`,
  good: `id = "example"

[steps.lint]
foreach = { in = "fromJSON(params.files)", key = "item.name" }
run = "lint \${{ item.name }}"

[parameters.files]
default = '[{"name": "a"}]'
`,
  check({ expressions, steps }, report) {
    if (steps.every(({ step }) => step.foreach === null)) return;
    for (const use of expressions) {
      if (use.where.place !== 'foreach.key' || use.compiled === null) continue;
      const [own] = itemNames(use);
      const names = new Set(['item', own?.as?.toLowerCase()]);
      if (use.compiled.references.some(({ context }) => names.has(context))) continue;
      use.report(report, { start: 0, end: use.source.length }, 'this key does not read the item, so it is the same for all', {
        help: `write for example \`item.${use.compiled.isConstant && /^'\w+'$/.test(use.source) ? use.source.slice(1, -1) : 'name'}\``,
      });
    }
  },
};
