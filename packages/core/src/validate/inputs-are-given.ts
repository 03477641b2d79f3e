// Rule: every input that an action or workflow requires is given.

import type { Rule } from './rule.ts';
import { usesOf } from './used.ts';

export const inputsAreGiven: Rule = {
  code: 'input-missing',
  severity: 'error',
  title: 'a required input is not given',
  explanation:
    'The action (or the other workflow) requires this input and has no default for it. Give it under `inputs` of the step.',
  bad: `id = "example"

[actions.greet]
inputs.name = { required = true }
argv = ["echo", "\${{ inputs.name }}"]

[steps.greet]
uses = "greet"
`,
  good: `id = "example"

[actions.greet]
inputs.name = { required = true }
argv = ["echo", "\${{ inputs.name }}"]

[steps.greet]
uses = "greet"
inputs.name = "world"
`,
  check(facts, report) {
    for (const { accepted, given, givenPath, path, text } of usesOf(facts)) {
      for (const input of accepted ?? []) {
        if (!input.isRequired || Object.hasOwn(given, input.name)) continue;
        report.at([...path, 'uses'], 'value', `\`${text}\` requires the input \`${input.name}\``, {
          help: `add \`${String(givenPath.at(-1))}.${input.name} = …\``,
          related: input.path === null ? [] : [report.place(input.path, 'key', 'declared here')],
        });
      }
    }
  },
};
