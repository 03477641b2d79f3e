// Rule: what an interactive step reads and writes is its terminal. Not here: groups (schema/), whether there is one (apps/cli).

import { readUses } from '../plan/read-uses.ts';
import type { Path } from '../parse/document.ts';
import type { BodyModel } from '../model/workflow.ts';
import { finalUse } from './final-use.ts';
import type { Rule } from './rule.ts';

export const interactiveStepsHaveATerminal: Rule = {
  code: 'interactive-impossible',
  severity: 'error',
  title: 'an interactive step whose input or output is not its terminal',
  explanation:
    'An interactive step reads what a person types and writes to that person. `stdin` would take the place of the person; stdout is the terminal and holds more than text, so no output can be read from it, let it write `NAME=VALUE` lines into the file that `$WORKFLOW_OUTPUT` names; what a person did is no function of files, so it cannot be cached; and actions of plugins, those that ship with the engine and other workflows have a protocol on stdin and stdout.',
  bad: `id = "example"

[steps.pair]
run = "agent"
interactive = true
stdin = "Fix the tests"
`,
  good: `id = "example"

[steps.pair]
argv = ["agent", "Fix the tests"]
interactive = true
`,
  check(facts, report) {
    for (const { step, path } of facts.steps) {
      if (!step.interactive || report.isFull()) continue;
      const title = `the interactive step \`${step.id}\``;
      const bodies: { readonly body: Omit<BodyModel, 'inputs'>; readonly path: Path }[] = [{ body: step, path }];
      let uses = step.uses;
      const seen = new Set<string>();
      while (uses !== null && readUses(uses).kind === 'local' && !seen.has(uses)) {
        seen.add(uses);
        const used = facts.actions.get(uses);
        if (used === undefined) break;
        bodies.push({ body: used.action, path: used.path });
        uses = used.action.uses;
      }
      const whole = [...path, 'interactive'];
      for (const { body, path: place } of bodies) {
        const own = body === step;
        if (body.stdin !== null)
          report.at(own ? [...place, 'stdin'] : whole, 'entry', `${title} reads its terminal, not \`stdin\``, {
            help: 'give it the text by an argument or a file, or take `interactive` out',
          });
        if (body.cache !== null)
          report.at(own ? [...place, 'cache'] : whole, 'entry', `${title} can't be cached: it depends on what a person types`, {
            help: 'take `cache` out',
          });
        for (const { name, from } of body.outputs) {
          if (from !== 'stdout') continue;
          report.at(
            own ? [...place, 'outputs', name] : whole,
            'entry',
            `${title} writes to its terminal: \`${name}\` can't be read from stdout`,
            {
              help: `write \`${name}=VALUE\` into the file that \`$WORKFLOW_OUTPUT\` names`,
            },
          );
        }
      }
      const used = finalUse(step, facts).reference;
      const why = used === null ? undefined : reasons[readUses(used).kind];
      if (used !== null && why !== undefined)
        report.at(whole, 'entry', `${title} can't have a terminal: \`${used}\` ${why}`, { help: 'take `interactive` out' });
    }
  },
};

const reasons: { readonly [kind: string]: string } = {
  builtin: 'ships with the engine and asks nobody',
  plugin: 'has a protocol on stdin and stdout',
  wait: 'asks a person without a process',
  workflow: 'is a run of its own; make the steps in it interactive',
};
