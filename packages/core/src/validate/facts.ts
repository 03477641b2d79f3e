// What the rules look at, worked out once: every step with its place and neighbours, every expression with what it reads.
// Not here: what is wrong with any of it (the rules).

import { expressionFunctions } from '../expression/functions.ts';
import type { Call, Reference } from '../expression/expression.ts';
import type { ComparisonNode } from '../expression/node.ts';
import type { Catalog } from '../model/catalog.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { TomlDocument } from '../parse/document.ts';
import { readActions, type ActionFacts } from './action-facts.ts';
import type { ExpressionUse } from './expression-use.ts';
import { collectExpressions, type PlacedScript, type TextFault } from './expression-uses.ts';
import { ScriptRewriter } from '../plan/script-rewriter.ts';
import { readSteps, type ScopeFacts, type StepFacts } from './step-facts.ts';
import { findStepRead, type StepRead } from './read-steps.ts';

/** A read of a context, and the expression that it is in. */
export interface ContextRead {
  readonly use: ExpressionUse;
  readonly reference: Reference;
}

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
  /** Those that do not compile. */
  readonly brokenExpressions: readonly ExpressionUse[];
  /** Those that decide something, and compile. */
  readonly conditions: readonly ExpressionUse[];
  /** Reads by the context, in lower case, whether there is such a context or not. */
  readonly reads: ReadonlyMap<string, readonly ContextRead[]>;
  /** Reads of `steps.NAME`, with the step that is meant. */
  readonly stepReads: readonly StepRead[];
  readonly comparisons: readonly { readonly use: ExpressionUse; readonly comparison: ComparisonNode }[];
  /** Calls of functions that depend on more than their arguments. */
  readonly impureCalls: readonly { readonly use: ExpressionUse; readonly call: Call }[];
  /** Every `${{` that is never closed. */
  readonly faults: readonly TextFault[];
  /** Every `run` with a `${{ }}`. */
  readonly scripts: readonly PlacedScript[];
  readonly scriptRewriter: ScriptRewriter;
}

/** Works the facts out. */
export function readFacts(document: TomlDocument, model: WorkflowModel, catalog: Catalog): Facts {
  const { root, scopes, steps } = readSteps(model);
  const actions = readActions(model);
  const { expressions, faults, scripts } = collectExpressions({ document, model, catalog, steps, actions });
  return {
    document,
    model,
    catalog,
    root,
    scopes,
    steps,
    actions,
    expressions,
    ...readExpressions(expressions),
    faults,
    scripts,
    scriptRewriter: new ScriptRewriter(),
  };
}

function readExpressions(expressions: readonly ExpressionUse[]) {
  const brokenExpressions: ExpressionUse[] = [];
  const conditions: ExpressionUse[] = [];
  const reads = new Map<string, ContextRead[]>();
  const stepReads: StepRead[] = [];
  const comparisons: { use: ExpressionUse; comparison: ComparisonNode }[] = [];
  const impureCalls: { use: ExpressionUse; call: Call }[] = [];
  for (const use of expressions) {
    if (use.compiled === null) {
      brokenExpressions.push(use);
      continue;
    }
    if (use.isCondition) conditions.push(use);
    for (const reference of use.compiled.references) {
      const others = reads.get(reference.context);
      if (others === undefined) reads.set(reference.context, [{ use, reference }]);
      else others.push({ use, reference });
      const stepRead = findStepRead(use, reference);
      if (stepRead !== null) stepReads.push(stepRead);
    }
    for (const comparison of use.compiled.comparisons) comparisons.push({ use, comparison });
    for (const call of use.compiled.calls) {
      if (expressionFunctions.get(call.name)?.kind !== 'pure') impureCalls.push({ use, call });
    }
  }
  return { brokenExpressions, conditions, reads, stepReads, comparisons, impureCalls };
}
