// Rule: text that is compared with one of a fixed set of values is written as that value is.

import { comparisonsWithValues } from './comparisons-can-hold.ts';
import type { Rule } from './rule.ts';

export const comparisonsMatchCase: Rule = {
  code: 'comparison-case',
  severity: 'warning',
  title: 'texts are equal only because case does not count',
  explanation:
    "Expressions compare text without case, so `params.depth == 'Deep'` is true for `deep`. It works, but a script that gets the same value compares with case. Write the value as it is declared.",
  bad: `id = "example"

[parameters.depth]
type = "enum"
values = ["quick", "deep"]
default = "quick"

[steps.review]
when = "params.depth == 'Deep'"
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
    for (const { use, literal, text, other, values } of comparisonsWithValues(facts, report)) {
      const meant = values.find((value) => value.toLowerCase() === text.toLowerCase());
      if (meant === undefined || values.includes(text)) continue;
      use.report(report, literal, `${other.title} is written '${meant}', not '${text}'`, { help: `write '${meant}'` });
    }
  },
};
