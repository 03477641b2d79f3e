// Rule: the limit for silence is shorter than the limit for the whole attempt.

import type { Rule } from './rule.ts';

export const idleTimeoutsAreShorter: Rule = {
  code: 'idle-timeout-useless',
  severity: 'warning',
  title: '`idle_timeout` is never reached',
  explanation:
    '`timeout` ends an attempt after so much time in any case; `idle_timeout` ends it when it has written nothing for so long. When the second is not shorter than the first, it can never be reached.',
  bad: `id = "example"

[steps.ask]
run = "agent --ask"
timeout = "5m"
idle_timeout = "10m"
`,
  good: `id = "example"

[steps.ask]
run = "agent --ask"
timeout = "10m"
idle_timeout = "5m"
`,
  check({ steps, actions }, report) {
    const bodies = [
      ...steps.map(({ step, path }) => ({ body: step, path })),
      ...[...actions.values()].map(({ action, path }) => ({ body: action, path })),
    ];
    for (const { body, path } of bodies) {
      if (body.timeoutMs === null || body.idleTimeoutMs === null || body.idleTimeoutMs < body.timeoutMs) continue;
      report.at([...path, 'idle_timeout'], 'entry', 'the attempt ends by its `timeout` before `idle_timeout` is reached', {
        help: 'make `idle_timeout` shorter than `timeout`, or take it out',
        related: [report.place([...path, 'timeout'], 'entry', 'ends the attempt in any case')],
      });
    }
  },
};
