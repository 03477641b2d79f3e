// What a rule is: a page for people, and a check over the facts of a workflow.
// Not here: the rules (a file each, listed in all-rules.ts), the pages of what parsing and reading find (parse/, schema/).

import type { Severity } from '../diagnostic/diagnostic.ts';
import type { Report } from '../diagnostic/report.ts';
import type { RulePage } from '../diagnostic/rule-page.ts';
import type { Facts } from './facts.ts';

/** A check that looks at the whole file and reports under one code. */
export interface Check {
  readonly code: string;
  readonly severity: Severity;
  check(facts: Facts, report: Report): void;
}

/** A check with its page. A check without has its page where the same code is reported from another side. */
export interface Rule extends Check, RulePage {}
