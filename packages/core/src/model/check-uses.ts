// Reports uses of what this release does not carry out: people to wait for, and workflows from a registry.
// Not here: references that lead nowhere (validate/).

import type { Path } from '../parse/document.ts';
import type { Reading } from '../schema/reading.ts';
import type { StepModel, WorkflowModel } from './workflow.ts';

/** Looks at every `uses` of a model. What the catalog knows is available. */
export function checkUses(reading: Reading, model: WorkflowModel): void {
  const actions = new Set(reading.catalog.actions.map((action) => action.reference));
  const check = (uses: string | null, path: Path): void => {
    if (uses === null || actions.has(uses) || Object.hasOwn(reading.catalog.workflows, uses)) return;
    const missing = unavailable(uses);
    if (missing === null) return;
    const span = reading.document.spanOf(path, 'value');
    reading.error('not-available', `\`${uses}\` is not available in this release: ${missing.what}`, { help: missing.help, span });
  };
  const checkSteps = (steps: readonly StepModel[]): void => {
    for (const step of steps) {
      check(step.uses, [...step.path, 'uses']);
      if (step.steps !== null) checkSteps(step.steps);
    }
  };
  for (const action of model.actions) check(action.uses, ['actions', action.name, 'uses']);
  checkSteps(model.steps);
}

function unavailable(uses: string): { what: string; help: string } | null {
  if (uses.startsWith('human/')) {
    return {
      what: "steps can't wait for a person",
      help: 'split the workflow where somebody has to decide, and start the second part by hand',
    };
  }
  if (uses.startsWith('workflow:') && /[/@]/.test(uses)) {
    return { what: 'workflows come from files only', help: 'put the file beside this one and write `uses = "./other.toml"`' };
  }
  return null;
}
