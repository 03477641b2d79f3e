// Rule: the name that a `foreach` gives its item means nothing else.

import { isContextName } from './names.ts';
import type { Rule } from './rule.ts';

export const foreachNamesAreFree: Rule = {
  code: 'foreach-as-reserved',
  severity: 'error',
  title: 'a `foreach` calls its item by a name that is taken',
  explanation:
    'The name in `foreach.as` becomes a context beside `params`, `steps` and the others, so it must be none of theirs. `item` always works and needs no `as`.',
  bad: `id = "example"

[steps.lint]
foreach = { in = "fromJSON('[1, 2]')", as = "params" }
run = "lint \${{ item }}"
`,
  good: `id = "example"

[steps.lint]
foreach = { in = "fromJSON('[1, 2]')", as = "number" }
run = "lint \${{ number }}"
`,
  check({ steps }, report) {
    for (const { step, path } of steps) {
      const name = step.foreach?.as ?? null;
      if (name === null || !isContextName(name) || name === 'item') continue;
      report.at([...path, 'foreach', 'as'], 'value', `the item cannot be called \`${name}\`: that is a context`, {
        help: 'choose another name',
      });
    }
  },
};
