// Checks: every value in a script stands where it can be handed over without becoming a part of the script. One check for each
// way in which it cannot; the pages are in expression/expression-rules.ts.
// Not here: `${{` without an end (expressions-compile.ts), how a script is rewritten (plan/rewrite-script.ts).

import type { ScriptProblem } from '../plan/rewrite-script.ts';
import type { Check } from './rule.ts';

const codes: readonly Exclude<ScriptProblem['code'], 'interpolation-unclosed'>[] = [
  'interpolation-single-quotes',
  'interpolation-heredoc-quoted',
  'interpolation-backticks',
  'interpolation-arithmetic',
  'interpolation-expansion',
  'interpolation-eval',
  'interpolation-command',
  'interpolation-unclear',
  'interpolation-other-language',
];

/** A check for each reason why a value cannot stand where it does. */
export const scriptsAreSafe: readonly Check[] = codes.map((code) => ({
  code,
  severity: 'error',
  check({ scripts, scriptRewriter }, report) {
    for (const { text, script, shell } of scripts) {
      for (const problem of scriptRewriter.rewrite(script, shell).problems) {
        // An empty `${{ }}` is a mistake of its own, wherever it stands.
        const isEmpty = /^\$\{\{\s*\}\}$/.test(script.slice(problem.start, problem.end));
        if (problem.code === code && !isEmpty) text.report(report, problem, problem.message, { help: problem.help });
      }
    }
  },
}));
