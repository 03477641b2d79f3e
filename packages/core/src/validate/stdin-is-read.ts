// Rule: what a step or an action gives as `stdin` is read by something.

import { ownEntry } from '../model/own-entry.ts';
import type { Rule } from './rule.ts';
import { usesOf } from './used.ts';

export const stdinIsRead: Rule = {
  code: 'stdin-unread',
  severity: 'error',
  title: '`stdin` is given where nothing reads it',
  explanation:
    'A command reads `stdin`, and `agent/run` takes it as its `prompt`. Other actions and workflows have inputs instead, and an action of the file has a `stdin` of its own; an input that `stdin` fills cannot be given a second time. Give the text as an input, or move `stdin` into the action.',
  bad: `id = "example"

[actions.count]
run = "wc -l"

[steps.count]
uses = "count"
stdin = "one"
`,
  good: `id = "example"

[actions.count]
run = "wc -l"
stdin = "one"

[steps.count]
uses = "count"
`,
  check(facts, report) {
    for (const { uses, text, path, given, accepted, hasStdin } of usesOf(facts)) {
      if (!hasStdin || accepted === null || report.isFull()) continue;
      const signature = facts.catalog.actions.find(({ reference }) => reference === text);
      const input = signature?.stdinInput;
      if (input !== undefined && ownEntry(given, input) === undefined) continue;
      const [message, help] =
        input !== undefined
          ? [`\`stdin\` fills the input \`${input}\`, which is given too`, 'keep one of the two']
          : uses.kind === 'local'
            ? [
                `the action \`${text}\` does not read the \`stdin\` of what uses it`,
                'move it into the action, or hand its text over as an input',
              ]
            : [`\`${text}\` does not read \`stdin\``, 'hand the text over as an input'];
      report.at([...path, 'stdin'], 'entry', message, { help });
    }
  },
};
