// Runs the checks that plugins add. They come last, over a model that the rules found no errors in.
// Not here: how plugins are found and called (executor).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { RulePage } from '../diagnostic/rule-page.ts';
import type { CustomValidator } from '../model/catalog.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { TomlDocument } from '../parse/document.ts';

/** The page of the code for a check that broke; the codes of the checks themselves are `NAME/CODE`, explained by the plugin. */
export const validatorFailed: RulePage = {
  code: 'validator-failed',
  severity: 'error',
  title: 'a check of a plugin broke off',
  explanation:
    "A plugin adds checks of its own to the validator, and one of them ended with an error instead of an answer. Nothing is known about the file then, so it does not pass. The message is the plugin's; report it there, update the plugin, or remove it.",
  bad: `id = "example"

[steps.build]
run = "make"
`,
  good: `id = "example"

[steps.build]
run = "make"
`,
};

/** Returns what the validators of plugins find. */
export function runCustomValidators(
  document: TomlDocument,
  model: WorkflowModel,
  validators: readonly CustomValidator[],
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const validator of validators) {
    try {
      for (const { code, severity, message, help, path } of validator.check(model)) {
        found.push({
          code: `${validator.name}/${code}`,
          severity,
          message,
          help,
          span: document.spanOf(path, 'value'),
          related: [],
        });
      }
    } catch (error) {
      found.push({
        code: validatorFailed.code,
        severity: validatorFailed.severity,
        message: `the check \`${validator.name}\` of a plugin broke off: ${error instanceof Error ? error.message : String(error)}`,
        help: 'update the plugin, or remove it',
        span: document.spanOf(['id'], 'value'),
        related: [],
      });
    }
  }
  return found;
}
