// Rule: `changed()` is asked about a path that is written out.

import type { Rule } from './rule.ts';

export const changedPathsAreLiteral: Rule = {
  code: 'changed-not-literal',
  severity: 'error',
  title: '`changed()` is asked about a computed path',
  explanation:
    "`changed('path')` compares what the path holds now with what it held before the step (in a loop: before the turn). For that the engine must know the path before the step runs, so it has to be written out as text.",
  bad: `id = "example"

[parameters.file]
default = "notes.md"

[steps.turns]
repeat = { until = "!changed(params.file)", max = 5 }

[steps.turns.steps.edit]
run = "make edit"
`,
  good: `id = "example"

[steps.turns]
repeat = { until = "!changed('notes.md')", max = 5 }

[steps.turns.steps.edit]
run = "make edit"
`,
  check({ impureCalls }, report) {
    for (const { use, call } of impureCalls) {
      const { name, literalArguments, argumentSpans } = call;
      if (name !== 'changed' || typeof literalArguments[0] === 'string') continue;
      use.report(report, argumentSpans[0] ?? call, 'the path of `changed()` must be written out', {
        help: "write it as text: `changed('notes.md')`; a folder stands for all that is in it",
      });
    }
  },
};
