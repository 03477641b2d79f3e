// Rule: a group of a quota's pattern is the one that is looked at. Not here: whether the pattern compiles (schema/).

import type { QuotaModel } from '../model/workflow.ts';
import { compilePattern } from '../model/pattern.ts';
import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';

/** The group of a quota's pattern that is looked at. */
export const RESET_GROUP = 'reset';

export const quotaPatternsNameReset: Rule = {
  code: 'quota-pattern-groups',
  severity: 'warning',
  title: 'the pattern of a quota has a group that is never looked at',
  explanation:
    'When there is quota again is read from the group named `reset` of the pattern, `(?P<reset>…)`. A group with another name is matched but thrown away; so is one without a name when no group is named `reset`. Brackets that only hold things together are written `(?:…)`.',
  bad: `id = "example"

[steps.ask]
argv = ["claude", "-p", "hello"]
quota = { token = "claude", pattern = 'limit reached.*resets (?P<time>.+)' }
`,
  good: `id = "example"

[steps.ask]
argv = ["claude", "-p", "hello"]
quota = { token = "claude", pattern = 'limit reached.*resets (?P<reset>.+)' }
`,
  check({ steps, actions }, report) {
    for (const { step, path } of steps) check(step.quota, path, report);
    for (const { action, path } of actions.values()) check(action.quota, path, report);
  },
};

function check(quota: QuotaModel | null, path: Path, report: Report): void {
  if (quota === null || quota.pattern === null) return;
  const compiled = compilePattern(quota.pattern);
  if (!compiled.ok) return;
  const { groupNames, groupCount } = compiled.pattern;
  const other = groupNames.find((name) => name !== RESET_GROUP);
  const isBare = groupCount > 0 && groupNames.length === 0;
  if (other === undefined && !isBare) return;
  report.at(
    [...path, 'quota', 'pattern'],
    'value',
    isBare ? 'this pattern has a group, and none named `reset`' : `nothing looks at the group \`${other}\` of this pattern`,
    {
      help: 'name the group with the time `(?P<reset>…)`, and write `(?:…)` for groups that only hold things together',
    },
  );
}
