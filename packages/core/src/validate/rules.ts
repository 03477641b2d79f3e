// Every code that a diagnostic can have, with its page.
// Not here: the pages (where their mistakes are found).

import { tooManyProblems } from '../diagnostic/limit.ts';
import type { RulePage } from '../diagnostic/rule-page.ts';
import { expressionRules } from '../expression/expression-rules.ts';
import { planValue } from '../plan/plan-time-values.ts';
import { tomlRules } from '../parse/toml-rules.ts';
import { parameterRules, shapeRules } from '../schema/shape-rules.ts';
import { allRules } from './all-rules.ts';
import { validatorFailed } from './custom-validators.ts';

/** All pages: syntax first, then form, expressions, and what takes the whole file to see. */
export const rules: readonly RulePage[] = [
  ...tomlRules,
  ...shapeRules,
  ...expressionRules,
  ...allRules.map(({ code, severity, title, explanation, bad, good }) => ({ code, severity, title, explanation, bad, good })),
  ...parameterRules,
  planValue,
  validatorFailed,
  tooManyProblems,
];

const byCode: ReadonlyMap<string, RulePage> = new Map(rules.map((rule) => [rule.code, rule]));

/** Returns the page of a code, or null. */
export function explainRule(code: string): RulePage | null {
  return byCode.get(code) ?? null;
}
