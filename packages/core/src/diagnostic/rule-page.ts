// What people can read about a code: the page behind `workflow explain CODE`.
// Not here: the pages (with their rules: parse/, schema/, expression/, validate/), their collection (validate/rules.ts).

import type { Severity } from './diagnostic.ts';

/** The page of one code. */
export interface RulePage {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it is wrong and how to mend it. */
  readonly explanation: string;
  /** A file that breaks the rule … */
  readonly bad: string;
  /** … and how it should have been. */
  readonly good: string;
}
