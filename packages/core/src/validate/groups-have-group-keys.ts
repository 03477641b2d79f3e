// Rule: a group has only keys that mean something for steps as one. Not here: keys that need `run`, `argv` or `uses` (schema/).

import type { Rule } from './rule.ts';

export const groupsHaveGroupKeys: Rule = {
  code: 'group-key',
  severity: 'error',
  title: 'a group has a key that only a process can have',
  explanation:
    'A group runs nothing itself, so it has no environment and writes no output. Environment variables go to its steps, or to `[env]` of the workflow. An output of a group is made of the outputs of its steps: `outputs.NAME = { value = "${{ steps.ID.outputs.NAME }}" }`.',
  bad: `id = "example"

[steps.checks]
env.CI = "1"

[steps.checks.steps.unit]
run = "make unit"
`,
  good: `id = "example"

[steps.checks.steps.unit]
env.CI = "1"
run = "make unit"
`,
  check({ steps }, report) {
    for (const { step, path, inner } of steps) {
      if (inner === null || report.isFull()) continue;
      const names = Object.keys(step.env);
      if (names.length > 0) {
        report.at([...path, 'env'], 'entry', `the group \`${step.id}\` runs no process that could have an environment`, {
          help: `set ${names.map((name) => `\`${name}\``).join(', ')} on its steps, or in \`[env]\` of the workflow`,
        });
      }
      const example = inner.steps[0]?.step.id ?? 'ID';
      for (const output of step.outputs) {
        if (output.from === 'value') continue;
        report.at([...path, 'outputs', output.name], 'entry', `the group \`${step.id}\` writes no output itself`, {
          help: `take it from a step: \`${output.name} = { value = "\${{ steps.${example}.outputs.${output.name} }}" }\``,
        });
      }
    }
  },
};
