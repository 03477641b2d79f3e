// What the rules look at, worked out once: every step with its place and neighbours, every expression with its meaning.
// Not here: what is wrong with any of it (the rules).

import type { Catalog } from '../model/catalog.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { TomlDocument } from '../parse/document.ts';
import { readActions, type ActionFacts } from './action-facts.ts';
import type { ExpressionUse } from './expression-use.ts';
import { collectExpressions, type TextFault } from './expression-uses.ts';
import { readSteps, type ScopeFacts, type StepFacts } from './step-facts.ts';

export interface Facts {
  readonly document: TomlDocument;
  readonly model: WorkflowModel;
  readonly catalog: Catalog;
  /** The top level, which holds all else. */
  readonly root: ScopeFacts;
  /** The top level and the inside of every group. */
  readonly scopes: readonly ScopeFacts[];
  /** Every step of every scope, in file order, a group before its steps. */
  readonly steps: readonly StepFacts[];
  readonly actions: ReadonlyMap<string, ActionFacts>;
  /** Every expression of the file, and of the templates it names. */
  readonly expressions: readonly ExpressionUse[];
  /** Every `${{` that is never closed. */
  readonly faults: readonly TextFault[];
}

/** Works the facts out. */
export function readFacts(document: TomlDocument, model: WorkflowModel, catalog: Catalog): Facts {
  const { root, scopes, steps } = readSteps(model);
  const actions = readActions(model);
  const { expressions, faults } = collectExpressions({ document, model, catalog, steps, actions });
  return { document, model, catalog, root, scopes, steps, actions, expressions, faults };
}
