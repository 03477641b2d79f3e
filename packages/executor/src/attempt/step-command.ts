// Turns what a step does into a command with its stdin.
// Not here: where it runs (step-place.ts), its environment (run-attempt.ts), how it is started (launcher.ts).

import { writeFileSync } from 'node:fs';
import { resolveTemplate, resolveText } from '@workflow-platform/core';
import type { ActionSignature, ExpressionScope, Json, PlanAttemptStep } from '@workflow-platform/core';
import type { ActionRequest } from '@workflow-platform/plugin-sdk';
import { PROTOCOL_VERSION } from '@workflow-platform/plugin-sdk';
import { builtinActions } from '../builtin/builtin-actions.ts';
import { checkInputs } from '../plugin/check-inputs.ts';
import { pluginCommand } from '../plugin/plugin-command.ts';
import type { AttemptFiles } from './attempt-files.ts';
import { AttemptProblem } from './attempt-problem.ts';
import { scriptCommand } from './script-command.ts';
import type { StepPlace } from './step-place.ts';
import type { AttemptWorld } from './world.ts';

export interface StepCommand {
  readonly argv: readonly string[];
  /** Text of stdin, or null for an empty one. */
  readonly stdin: string | null;
  /** The action it carries out by the protocol; null for commands of the author's own. */
  readonly signature: ActionSignature | null;
}

/** Returns the command of an attempt. Throws AttemptProblem, and what an expression throws. */
export function stepCommand(
  plan: PlanAttemptStep,
  step: { readonly ref: string; readonly attempt: number },
  { world, files, scope, place }: { world: AttemptWorld; files: AttemptFiles; scope: ExpressionScope; place: StepPlace },
): StepCommand {
  const { action } = plan;
  const stdin = plan.stdin === null ? null : resolveText(plan.stdin, scope);
  switch (action.kind) {
    case 'argv':
      return { argv: action.argv.map((text) => resolveText(text, scope)), stdin, signature: null };
    case 'script': {
      const command = scriptCommand(action.shell, action.script, step.ref);
      if (command.kind === 'argument') return { argv: command.argv, stdin, signature: null };
      const path = files.script + command.extension;
      writeFileSync(path, action.script, { mode: 0o600 });
      return { argv: command.argv(path), stdin, signature: null };
    }
    case 'builtin':
    case 'plugin': {
      const { argv, signature } = findAction(action, world);
      const given: { [name: string]: Json } = {};
      for (const [name, template] of Object.entries(action.inputs)) given[name] = resolveTemplate(template, scope);
      const checked = checkInputs(signature, given, world.parameterTypes);
      if (!checked.ok) throw new AttemptProblem({ kind: 'spawn', message: checked.problem });
      const request: ActionRequest = {
        protocol: PROTOCOL_VERSION,
        action: action.action,
        inputs: checked.inputs,
        workspace: place.cwd,
        run: { id: world.runId, workflow: world.plan.workflow.id },
        step: step.ref,
        attempt: step.attempt,
      };
      return { argv, stdin: JSON.stringify(request), signature };
    }
  }
}

type ProtocolAction = Extract<PlanAttemptStep['action'], { kind: 'builtin' | 'plugin' }>;

function findAction(action: ProtocolAction, world: AttemptWorld): { argv: readonly string[]; signature: ActionSignature } {
  if (action.kind === 'builtin') {
    const signature = builtinActions.find(({ reference }) => reference === action.action);
    if (signature === undefined) throw cannotStart(`this engine has no action \`${action.action}\``);
    return { argv: [...world.engineCommand, '__action', action.action], signature };
  }
  const plugin = world.plugins.find(({ manifest }) => manifest.name === action.plugin);
  if (plugin === undefined) throw cannotStart(`the plugin \`${action.plugin}\` is not installed any more`);
  const { version, actions } = plugin.manifest;
  if (version !== action.version) {
    throw cannotStart(
      `the run was planned with version ${action.version} of the plugin \`${action.plugin}\`, but ${version} is installed`,
    );
  }
  const signature = actions.find(({ reference }) => reference === `plugin:${action.plugin}/${action.action}`);
  if (signature === undefined) throw cannotStart(`the plugin \`${action.plugin}\` has no action \`${action.action}\` any more`);
  return { argv: pluginCommand(plugin, world.engineCommand), signature };
}

function cannotStart(message: string): AttemptProblem {
  return new AttemptProblem({ kind: 'spawn', message });
}
