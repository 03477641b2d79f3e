// Rule: what is cached depends on files and values alone. Not here: groups (schema/), whether the globs match anything (executor).

import { readUses } from '../plan/read-uses.ts';
import type { Facts } from './facts.ts';
import type { Rule } from './rule.ts';

export const cachesAreOfCommands: Rule = {
  code: 'cache-impossible',
  severity: 'error',
  title: 'the result of a step that asks the world around it is to be cached',
  explanation:
    'A cached step is not carried out again while its command, its environment and its input files are the same. A person who is asked, another workflow and the actions that ship with the engine (requests to servers, looks at version control) depend on more than that: what they gave last time says nothing about this time. Cache the commands that work on files: steps with `run`, `argv` or an action of a plugin.',
  bad: `id = "example"

[steps.fetch]
uses = "http/request"
inputs = { url = "https://example.org" }
cache = { inputs = ["src/**"] }
`,
  good: `id = "example"

[steps.build]
run = "make"
cache = { inputs = ["src/**", "Makefile"], outputs = ["out/**"] }
`,
  check(facts, report) {
    const bodies = [
      ...[...facts.actions.values()].map(({ action, path }) => ({ title: `the action \`${action.name}\``, path, body: action })),
      ...facts.steps.map(({ step, path }) => ({ title: `the step \`${step.id}\``, path, body: step })),
    ];
    for (const { title, path, body } of bodies) {
      if (body.cache === null || body.uses === null || report.isFull()) continue;
      const used = finalUse(body.uses, facts);
      const why = used === null ? undefined : reasons[readUses(used).kind];
      if (used === null || why === undefined) continue;
      report.at([...path, 'cache'], 'entry', `${title} can't be cached: \`${used}\` ${why}`, {
        help: 'take `cache` out, or put it on the steps whose commands work on files',
      });
    }
  },
};

const reasons: { readonly [kind: string]: string } = {
  builtin: 'depends on more than files and values',
  wait: 'asks a person',
  workflow: 'is a run of its own, with caches of its own',
};

/** What really runs, through local actions; null for a command, and for circles and gaps, which other rules report. */
function finalUse(text: string, { actions }: Facts): string | null {
  const seen = new Set<string>();
  let uses: string | null = text;
  while (uses !== null && readUses(uses).kind === 'local' && !seen.has(uses)) {
    seen.add(uses);
    uses = actions.get(uses)?.action.uses ?? null;
  }
  return uses;
}
