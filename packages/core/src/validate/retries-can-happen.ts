// Rule: a retry policy can come into play. Not here: its values one by one (schema/).

import type { RetryModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';

export const retriesCanHappen: Rule = {
  code: 'retry-useless',
  severity: 'warning',
  title: 'a part of a retry policy never comes into play',
  explanation:
    'With `max = 0` a step is never tried again, so the rest of the policy means nothing. And no pause is longer than `max_delay`, so an `initial` pause beyond it is never made.',
  bad: `id = "example"

[steps.fetch]
run = "make fetch"
retry = { max = 3, initial = "5m", max_delay = "1m" }
`,
  good: `id = "example"

[steps.fetch]
run = "make fetch"
retry = { max = 3, initial = "5s", max_delay = "1m" }
`,
  check({ document, steps, actions }, report) {
    const keysOf = (path: Path): readonly string[] => {
      const table = document.valueAt(path);
      return typeof table === 'object' && !Array.isArray(table) ? Object.keys(table) : [];
    };
    for (const { step, path } of steps) if (step.retry !== null) check(step.retry, [...path, 'retry'], keysOf, report);
    for (const { action, path } of actions.values()) {
      if (action.retry !== null) check(action.retry, [...path, 'retry'], keysOf, report);
    }
  },
};

function check(retry: RetryModel, path: Path, keysOf: (path: Path) => readonly string[], report: Report): void {
  if (retry.max === 0) {
    if (keysOf(path).length > 1) {
      report.at([...path, 'max'], 'entry', 'with `max = 0` there is no second attempt, so the rest of the policy means nothing', {
        help: 'say how many attempts may follow the first, or take `retry` out',
      });
    }
    return;
  }
  if (retry.initialMs <= retry.maxDelayMs) return;
  const key = keysOf(path).includes('initial') ? 'initial' : 'max_delay';
  report.at(
    [...path, key],
    'entry',
    `the first pause (${seconds(retry.initialMs)}) is longer than the longest (${seconds(retry.maxDelayMs)})`,
    {
      help: 'raise `max_delay`, or lower `initial`',
    },
  );
}

function seconds(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
