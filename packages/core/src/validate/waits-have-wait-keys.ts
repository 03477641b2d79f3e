// Rule: a step that waits for a person has only keys that mean something without a process.

import type { BodyModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import { finalUse } from './final-use.ts';
import type { Rule } from './rule.ts';

export const waitsHaveWaitKeys: Rule = {
  code: 'wait-key',
  severity: 'error',
  title: 'a step that waits for a person has a key that only a process can have',
  explanation:
    'While a step waits for a person nothing runs: it has no environment, no input, no attempts that could be made again, and its outputs are the fields of its question. What has a meaning is `needs`, `when`, `timeout`, `on_failure`, `foreach` and `break_when`.',
  bad: `id = "example"

[steps.approve]
uses = "human/approve"
inputs.message = "Ship it?"
retry.max = 2
`,
  good: `id = "example"

[steps.approve]
uses = "human/approve"
inputs.message = "Ship it?"
timeout = "2d"
`,
  check(facts, report) {
    for (const { step, path } of facts.steps) {
      const { reference } = finalUse(step, facts);
      if (reference === null || !reference.startsWith('human/')) continue;
      check(step, path, `the step \`${step.id}\``, report);
      if (step.workspace !== 'inherit') refuse([...path, 'workspace'], 'workspace', `the step \`${step.id}\``, report);
    }
    for (const { action, path } of facts.actions.values()) {
      if (action.uses?.startsWith('human/') === true) check(action, path, `the action \`${action.name}\``, report);
    }
  },
};

type Keys = Pick<BodyModel, 'env' | 'retry' | 'idleTimeoutMs' | 'outputs'>;

function check({ env, retry, idleTimeoutMs, outputs }: Keys, path: Path, who: string, report: Report): void {
  if (Object.keys(env).length > 0) refuse([...path, 'env'], 'env', who, report);
  if (retry !== null) refuse([...path, 'retry'], 'retry', who, report);
  if (idleTimeoutMs !== null) refuse([...path, 'idle_timeout'], 'idle_timeout', who, report);
  if (outputs.length > 0) refuse([...path, 'outputs'], 'outputs', who, report);
}

function refuse(path: Path, key: string, who: string, report: Report): void {
  if (report.isFull()) return;
  const help = key === 'outputs' ? 'ask for it as a field: `inputs.fields.NAME = { type = "string" }`' : `take \`${key}\` out`;
  report.at(path, 'entry', `${who} waits for a person, which has no \`${key}\``, { help });
}
