// Says what an attempt would carry out, with its values in it, as an engine would resolve them.
// Not here: how it ends (stub-book.ts).

import { resolveTemplate, resolveText, withInputs } from '@workflow-platform/core';
import type { ExpressionScope, Json, PlanAction, PlanAttemptStep, Text } from '@workflow-platform/core';

/** What would be started. */
export interface WouldRun {
  readonly step: string;
  readonly attempt: number;
  readonly action:
    | { readonly kind: 'script'; readonly shell: string; readonly script: string }
    | { readonly kind: 'argv'; readonly argv: readonly string[] }
    | { readonly kind: 'uses'; readonly uses: string; readonly inputs: { readonly [name: string]: Json } };
  /** What the workflow and the step declare. */
  readonly env: { readonly [name: string]: string };
  readonly stdin: string | null;
  /** `inherit`, `ephemeral` or a folder of the run's workspace. */
  readonly workspace: string;
}

/** What is resolved, with the scope of the workflow's and of the step's own texts. */
export interface ResolvedAttempt {
  readonly would: WouldRun;
  readonly scope: ExpressionScope;
}

/** Resolves an attempt. Throws what an expression throws. */
export function resolveAttempt(
  plan: PlanAttemptStep,
  ref: { readonly step: string; readonly attempt: number },
  envOfRun: { readonly [name: string]: Text },
  scopeWith: (env?: { readonly [name: string]: string }) => ExpressionScope,
): ResolvedAttempt {
  const outer = scopeWith();
  const workspace = resolveText(plan.workspace, outer);
  const env = resolveAll(envOfRun, outer);
  const scope = withInputs(scopeWith(env), plan.inputs);
  const would = {
    ...ref,
    action: resolveAction(plan.action, scope),
    env: { ...env, ...resolveAll(plan.env, scope) },
    stdin: plan.stdin === null ? null : resolveText(plan.stdin, scope),
    workspace,
  };
  return { would, scope };
}

function resolveAction(action: PlanAction, scope: ExpressionScope): WouldRun['action'] {
  switch (action.kind) {
    case 'script':
      return action;
    case 'argv':
      return { kind: 'argv', argv: action.argv.map((text) => resolveText(text, scope)) };
    default: {
      const uses = action.kind === 'builtin' ? action.action : `plugin:${action.plugin}/${action.action}`;
      const inputs = Object.entries(action.inputs).map(([name, template]) => [name, resolveTemplate(template, scope)]);
      return { kind: 'uses', uses, inputs: Object.fromEntries(inputs) as { readonly [name: string]: Json } };
    }
  }
}

function resolveAll(texts: { readonly [name: string]: Text }, scope: ExpressionScope): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, resolveText(text, scope)]));
}
