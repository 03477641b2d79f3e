// Rule: inputs that a step gives are ones that the action or workflow takes.

import type { Rule } from './rule.ts';
import { usesOf } from './used.ts';

export const inputsAreKnown: Rule = {
  code: 'input-unknown',
  severity: 'error',
  title: 'an input is given that is not taken',
  explanation:
    'The action declares its inputs, and this is none of them. Correct the spelling, or declare the input in the action. For another workflow the inputs are its parameters.',
  bad: `id = "example"

[actions.greet]
inputs.name = { required = true }
argv = ["echo", "\${{ inputs.name }}"]

[steps.greet]
uses = "greet"
inputs = { name = "world", tone = "warm" }
`,
  good: `id = "example"

[actions.greet]
inputs.name = { required = true }
argv = ["echo", "\${{ inputs.name }}"]

[steps.greet]
uses = "greet"
inputs = { name = "world" }
`,
  check(facts, report) {
    for (const { accepted, isOpen, given, givenPath, text } of usesOf(facts)) {
      if (accepted === null || isOpen) continue;
      for (const name in given) {
        if (accepted.some((input) => input.name === name) || report.isFull()) continue;
        const names = accepted.map((input) => input.name);
        const list = names.length === 0 ? 'it takes none' : `it takes ${names.map((known) => `\`${known}\``).join(', ')}`;
        report.at([...givenPath, name], 'key', `\`${text}\` takes no input \`${name}\``, {
          help: report.didYouMean(name, names, list),
        });
      }
    }
  },
};
