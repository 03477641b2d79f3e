// Rule: a workflow does not run itself. Not here: longer circles, which the engine ends by the depth of sub-runs.

import { ownEntry } from '../model/own-entry.ts';
import { readUses } from '../plan/read-uses.ts';
import type { Facts } from './facts.ts';
import type { Rule } from './rule.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import { usesOf } from './used.ts';

export const workflowsDoNotIncludeThemselves: Rule = {
  code: 'workflow-cycle',
  severity: 'error',
  title: 'a workflow runs itself',
  explanation:
    'A step uses this very workflow, directly or through others, so each run would start another, without end. To do the same work several times, use a group with `repeat` or `foreach`.',
  bad: `id = "example"

[steps.again]
uses = "workflow:example"
`,
  good: `id = "example"

[steps.other]
uses = "workflow:other"
inputs.depth = 3
`,
  check(facts, report) {
    for (const { uses, path, text } of usesOf(facts)) {
      if (uses.kind !== 'workflow') continue;
      const chain = chainToSelf(uses.reference, facts);
      if (chain === null) continue;
      const message =
        chain.length === 1
          ? `\`${text}\` is this workflow itself`
          : `\`${text}\` runs this workflow again: ${chain.map((id) => `\`${id}\``).join(' → ')}`;
      report.at([...path, 'uses'], 'value', message, { help: 'use a group with `repeat` or `foreach` to do work several times' });
    }
  },
};

/** Ids of the workflows on the way from a reference back to this workflow, or null when there is no such way. */
function chainToSelf(reference: string, { model, catalog }: Facts): readonly string[] | null {
  const todo: { reference: string; chain: readonly string[] }[] = [{ reference, chain: [] }];
  const seen = new Set<string>();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const found = ownEntry(catalog.workflows, next.reference)?.model;
    if (found === undefined) {
      if (next.reference === `workflow:${model.id}`) return [...next.chain, model.id];
      continue;
    }
    const chain = [...next.chain, found.id];
    if (found.id === model.id) return chain;
    if (seen.has(next.reference)) continue;
    seen.add(next.reference);
    // Paths inside another file are relative to that file; only ids mean the same here.
    for (const inner of referencesById(found)) todo.push({ reference: inner, chain });
  }
  return null;
}

function* referencesById(model: WorkflowModel): Generator<string> {
  const todo = [...model.steps];
  for (const { uses } of model.actions)
    if (uses !== null && readUses(uses).kind === 'workflow' && uses.startsWith('workflow:')) yield uses;
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
    if (step.uses?.startsWith('workflow:') === true) yield step.uses;
    todo.push(...(step.steps ?? []));
  }
}
