// The local actions of a file, and which of them use which.
// Not here: actions that ship with the engine or come from plugins (the catalog).

import type { ActionInputModel, ActionModel, WorkflowModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';

export interface ActionFacts {
  readonly action: ActionModel;
  readonly path: Path;
  /** By name in lower case. */
  readonly inputs: ReadonlyMap<string, ActionInputModel>;
}

/** Works out the local actions, by name. */
export function readActions(model: WorkflowModel): ReadonlyMap<string, ActionFacts> {
  const actions = new Map<string, ActionFacts>();
  for (const action of model.actions) {
    const inputs = new Map(action.inputs.map((input) => [input.name.toLowerCase(), input]));
    actions.set(action.name, { action, path: ['actions', action.name], inputs });
  }
  return actions;
}
