// Checks a workflow against everything that is not a matter of form: names, order, types, loops, secrets.
// Not here: syntax (parse/) and keys (model/read-model.ts), whose diagnostics come on top; plans (plan/).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { DIAGNOSTICS_MAX, sortDiagnostics } from '../diagnostic/limit.ts';
import { openReport } from '../diagnostic/report.ts';
import type { Catalog } from '../model/catalog.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { TomlDocument } from '../parse/document.ts';
import { ExpressionHints } from '../plan/expression-hints.ts';
import type { ScriptRewriter } from '../plan/script-rewriter.ts';
import { allChecks } from './all-rules.ts';
import { runCustomValidators } from './custom-validators.ts';
import { readFacts } from './facts.ts';

/** A validated workflow: what was found, and what planning needs of the expressions. */
export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  readonly hints: ExpressionHints;
  readonly scriptRewriter: ScriptRewriter;
}

/**
 * Returns all mistakes across the keys of a workflow, in order of place. Never throws, whatever the model. Add the diagnostics
 * of the document and of reading the model, and hand the whole to `limitDiagnostics`.
 */
export function validateWorkflow(document: TomlDocument, model: WorkflowModel, catalog: Catalog): readonly Diagnostic[] {
  return validation(document, model, catalog).diagnostics;
}

/** Validates, or returns what an earlier call for the same document, model and catalog found. */
export function validation(document: TomlDocument, model: WorkflowModel, catalog: Catalog): Validation {
  const known = remembered.get(model);
  if (known !== undefined && known.document === document && known.catalog === catalog) return known;
  const facts = readFacts(document, model, catalog);
  const diagnostics: Diagnostic[] = [];
  // One more than is shown, so that the reader of the list knows that there are more.
  const keep = DIAGNOSTICS_MAX + 1;
  for (const check of allChecks) {
    const report = openReport(document, check, keep);
    check.check(facts, report);
    for (const diagnostic of report.diagnostics) diagnostics.push(diagnostic);
  }
  if (!diagnostics.some((diagnostic) => diagnostic.severity === 'error')) {
    diagnostics.push(...runCustomValidators(document, model, catalog.validators));
  }
  const hints = new ExpressionHints();
  for (const { compiled } of facts.expressions) if (compiled !== null) hints.note(compiled);
  const { scriptRewriter } = facts;
  const result = { document, catalog, diagnostics: sortDiagnostics(diagnostics), hints, scriptRewriter };
  remembered.set(model, result);
  return result;
}

/** Planning validates first; most callers have just done so. The facts themselves are large and not kept. */
const remembered = new WeakMap<WorkflowModel, Validation & { readonly document: TomlDocument; readonly catalog: Catalog }>();
