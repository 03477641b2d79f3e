// Rule: a `foreach` says once what it goes over.

import type { Rule } from './rule.ts';

export const foreachesHaveOneList: Rule = {
  code: 'foreach-list',
  severity: 'error',
  title: 'a `foreach` has no list to go over, or two',
  explanation:
    'A `foreach` goes over the list that `in` gives, or over all combinations of the lists in `matrix`. It has one of them, and `exclude` and `include` belong to a matrix.',
  bad: `id = "example"

[steps.lint]
foreach = { max_parallel = 4 }
run = "make lint"
`,
  good: `id = "example"

[steps.lint]
foreach = { in = """fromJSON('["a.ts", "b.ts"]')""", max_parallel = 4 }
run = "lint \${{ item }}"
`,
  check({ steps }, report) {
    for (const { step, path } of steps) {
      if (step.foreach === null) continue;
      const { in: list, matrix } = step.foreach;
      if (list === null && matrix === null) {
        report.at([...path, 'foreach'], 'key', 'this `foreach` has no list to go over', {
          help: 'give it `in = "…"`, an expression that gives a list, or `matrix = { NAME = ["…"] }`',
        });
      } else if (list !== null && matrix !== null) {
        report.at([...path, 'foreach', 'matrix'], 'key', 'a `foreach` goes over a list or a matrix, not both', {
          help: 'take out `in`, or make it an axis of the matrix',
        });
      }
    }
  },
};
