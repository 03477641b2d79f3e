// Rule: the value given for an input is of the input's type, as far as it is written out.

import { ownEntry } from '../model/own-entry.ts';
import { checkValue } from '../model/check-value.ts';
import type { Json } from '../model/json.ts';
import type { Rule } from './rule.ts';
import { usesOf } from './used.ts';

export const inputsHaveTheirType: Rule = {
  code: 'input-type',
  severity: 'error',
  title: 'an input has a value of the wrong type',
  explanation:
    'The action declares a type for the input, and this value is not of it. Values with `${{ }}` are only known in a run and are checked there.',
  bad: `id = "example"

[actions.wait]
inputs.seconds = { type = "integer", required = true }
argv = ["sleep", "\${{ inputs.seconds }}"]

[steps.wait]
uses = "wait"
inputs.seconds = "soon"
`,
  good: `id = "example"

[actions.wait]
inputs.seconds = { type = "integer", required = true }
argv = ["sleep", "\${{ inputs.seconds }}"]

[steps.wait]
uses = "wait"
inputs.seconds = 5
`,
  check(facts, report) {
    const types = new Map(facts.catalog.parameterTypes.map((type) => [type.name, type]));
    for (const { accepted, given, givenPath, text } of usesOf(facts)) {
      for (const input of accepted ?? []) {
        const value = ownEntry(given, input.name);
        if (value === undefined || holdsExpression(value) || report.isFull()) continue;
        const checked = checkValue(input, value, types);
        if (checked.ok) continue;
        report.at([...givenPath, input.name], 'value', `the input \`${input.name}\` of \`${text}\` ${checked.problem}`, {
          help: checked.help,
          related: input.path === null ? [] : [report.place(input.path, 'key', 'declared here')],
        });
      }
    }
  },
};

/** Says whether any text in the value has a `${{ }}`. */
export function holdsExpression(value: Json): boolean {
  if (typeof value === 'string') return value.includes('${{');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsExpression);
}
