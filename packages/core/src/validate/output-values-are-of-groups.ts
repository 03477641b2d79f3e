// Rule: an output of a step that runs a process comes from that process.

import type { Rule } from './rule.ts';

export const outputValuesAreOfGroups: Rule = {
  code: 'output-value',
  severity: 'error',
  title: 'an output of a plain step is made from a value',
  explanation:
    '`value` makes an output of other values: of a group, from the outputs of its steps. A step that runs something leaves its own: by writing `NAME=value` into the file that `$WORKFLOW_OUTPUT` names, or on stdout (`from = "stdout"`). A value that is known anyway needs no output; later steps can read it where it is.',
  bad: `id = "example"

[parameters.depth]
default = "quick"

[steps.build]
run = "make"
outputs.depth = { value = "\${{ params.depth }}" }
`,
  good: `id = "example"

[parameters.depth]
default = "quick"

[steps.build]
run = "make && echo depth=\${{ params.depth }} >> $WORKFLOW_OUTPUT"
outputs.depth = {}
`,
  check({ steps }, report) {
    const help = 'write it to the file `$WORKFLOW_OUTPUT`, or take it from stdout: `{ from = "stdout" }`';
    for (const { step, path, inner } of steps) {
      if (inner !== null) continue;
      for (const output of step.outputs) {
        if (output.from !== 'value') continue;
        report.at(
          [...path, 'outputs', output.name],
          'entry',
          `the output \`${output.name}\` of a step that runs something cannot be a fixed value`,
          { help },
        );
      }
    }
  },
};
