// Rule: a template that a step names is beside the workflow file. Not here: `file('…')`, which may name a file of the workspace
// that a step makes.

import { ownEntry } from '../model/own-entry.ts';
import type { StdinModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';
import type { Rule } from './rule.ts';

export const filesAreThere: Rule = {
  code: 'file-missing',
  severity: 'error',
  title: 'a template is not there',
  explanation:
    "A template is a text file that belongs to the workflow; its path is relative to the folder of the workflow file. This one is not there, or is no text. Correct the path, or add the file. Text that is made during the run is handed over as an output, or read with `file('path')`.",
  bad: `id = "example"

[steps.ask]
argv = ["agent"]
stdin = { template = "prompts/missing.md" }
`,
  good: `id = "example"

[steps.ask]
argv = ["agent"]
stdin = "Review the change."
`,
  check({ steps, actions, catalog }, report) {
    const check = (stdin: StdinModel | null, path: Path): void => {
      if (stdin?.kind !== 'template' || ownEntry(catalog.files, stdin.path) !== undefined || report.isFull()) return;
      report.at([...path, 'stdin', 'template'], 'value', `there is no text file \`${stdin.path}\` beside the workflow`, {
        help: report.didYouMean(
          stdin.path,
          Object.keys(catalog.files),
          'the path is relative to the folder of the workflow file',
        ),
      });
    };
    for (const { step, path } of steps) check(step.stdin, path);
    for (const { action, path } of actions.values()) check(action.stdin, path);
  },
};
