// Rule: what a step asks a person can be asked and answered. Not here: the keys in themselves (question/read-question.ts).

import type { Json } from '../model/json.ts';
import { readQuestion } from '../question/read-question.ts';
import type { Rule } from './rule.ts';
import { usesOf } from './used.ts';
import { finalUse } from './final-use.ts';

export const questionsAreSound: Rule = {
  code: 'bad-question',
  severity: 'error',
  title: 'a question that cannot be asked or answered',
  explanation:
    'The fields of `human/approve` and `human/form` have the keys of a parameter: `type`, `description`, `required`, `default`, `values`, `items`, `pattern`, `min`, `max`. A default has to be of its type, and there is no secret field, since answers are kept in the history. With `on_timeout = "accept"` the defaults are the answer, so every required field needs one, and without a `timeout` of the step it never comes to that. `human/edit` names at least one file or folder inside the workspace.',
  bad: `id = "example"

[steps.ship]
uses = "human/form"
inputs.message = "Where to?"
inputs.fields.place = { type = "enum", values = ["test", "live"], default = "prod" }
`,
  good: `id = "example"

[steps.ship]
uses = "human/form"
inputs.message = "Where to?"
inputs.fields.place = { type = "enum", values = ["test", "live"], default = "test" }
`,
  check(facts, report) {
    for (const { uses, given, givenPath, accepted } of usesOf(facts)) {
      if (uses.kind !== 'wait' || accepted === null) continue;
      // What is of the wrong type altogether is reported by its type.
      const { problems } = readQuestion(withoutWrongTypes(given));
      for (const { path, message, help } of problems) {
        if (report.isFull()) return;
        report.at([...givenPath, ...path], path.length === 2 ? 'entry' : 'value', message, { help });
      }
    }
    for (const { step, path } of facts.steps) {
      const use = finalUse(step, facts);
      if (use.reference === null || !use.reference.startsWith('human/') || use.timeoutMs !== null) continue;
      if (step.uses !== use.reference || step.inputs['on_timeout'] === undefined) continue;
      report.at([...path, 'inputs', 'on_timeout'], 'entry', 'the step has no `timeout`, so it waits for ever', {
        help: 'say how long it waits, for example `timeout = "3d"`, or take `on_timeout` out',
      });
    }
  },
};

const KINDS: { readonly [name: string]: (value: Json) => boolean } = {
  files: (value) => Array.isArray(value) || typeof value === 'string',
  approvals: (value) => typeof value === 'number' && Number.isInteger(value),
  on_timeout: (value) => value === 'fail' || value === 'reject' || value === 'accept',
  by: (value) => Array.isArray(value) || typeof value === 'string',
};

function withoutWrongTypes(given: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => KINDS[name]?.(value) ?? true));
}
