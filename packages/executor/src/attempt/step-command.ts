// Turns what a step does into a command with its stdin.
// Not here: where it runs (step-place.ts), its environment (run-attempt.ts), how it is started (launcher.ts).

import { writeFileSync } from 'node:fs';
import { resolveTemplate, resolveText } from '@workflow-platform/core';
import type { ActionSignature, ExpressionScope, Json, PlanAttemptStep } from '@workflow-platform/core';
import type { CacheFact } from '@workflow-platform/events';
import type { ActionRequest } from '@workflow-platform/plugin-sdk';
import { PROTOCOL_VERSION } from '@workflow-platform/plugin-sdk';
import { builtinActions } from '../builtin/builtin-actions.ts';
import { checkInputs } from '../plugin/check-inputs.ts';
import type { LoadedPlugin } from '../plugin/manifest.ts';
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
  /** What it does and with which values, without what tells this attempt from others: for the cache. */
  readonly does: readonly CacheFact[];
}

/** Returns the command of an attempt. Throws AttemptProblem, and what an expression throws. */
export function stepCommand(
  plan: PlanAttemptStep,
  step: { readonly ref: string; readonly attempt: number; readonly session: string | null },
  { world, files, scope, place }: { world: AttemptWorld; files: AttemptFiles; scope: ExpressionScope; place: StepPlace },
): StepCommand {
  const { action } = plan;
  const stdin = plan.stdin === null ? null : resolveText(plan.stdin, scope);
  switch (action.kind) {
    case 'argv': {
      const argv = action.argv.map((text) => resolveText(text, scope));
      return { argv, stdin, signature: null, does: argv.map((word, index): CacheFact => [`argv[${index}]`, word]) };
    }
    case 'script': {
      const command = scriptCommand(action.shell, action.script, step.ref);
      const does: readonly CacheFact[] = [
        ['script', action.script],
        ['shell', action.shell],
      ];
      if (command.kind === 'argument') return { argv: command.argv, stdin, signature: null, does };
      const path = files.script + command.extension;
      writeFileSync(path, action.script, { mode: 0o600 });
      return { argv: command.argv(path), stdin, signature: null, does };
    }
    case 'builtin':
    case 'plugin': {
      const signature = findSignature(action, world);
      const argv = commandOfAction(action, world);
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
        ...(step.session === null ? {} : { session: step.session }),
      };
      const values = Object.entries(checked.inputs).map(([name, value]): CacheFact => [`input ${name}`, JSON.stringify(value)]);
      const does: readonly CacheFact[] = [['action', `${signature.reference} ${signature.version}`], ...values];
      return { argv, stdin: JSON.stringify(request), signature, does };
    }
  }
}

/** Returns the action that a step carries out by the protocol; null for a command of the author's own. Throws AttemptProblem. */
export function signatureOf(action: PlanAttemptStep['action'], world: ActionWorld): ActionSignature | null {
  return isProtocolAction(action) ? findSignature(action, world) : null;
}

/** Returns whether what is started speaks the protocol of actions. */
export function isProtocolAction(action: PlanAttemptStep['action']): action is ProtocolAction {
  return action.kind === 'builtin' || action.kind === 'plugin';
}

/** Returns what is started for an action, for messages about it. */
export function programOf(action: PlanAttemptStep['action'], scope: ExpressionScope): string {
  if (action.kind === 'argv') return action.argv[0] === undefined ? '' : resolveText(action.argv[0], scope);
  return action.kind === 'script' ? (action.shell.split(/\s+/)[0] ?? '') : '';
}

type ProtocolAction = Extract<PlanAttemptStep['action'], { kind: 'builtin' | 'plugin' }>;
type ActionWorld = Pick<AttemptWorld, 'plugins' | 'engineCommand'>;

function findSignature(action: ProtocolAction, world: ActionWorld): ActionSignature {
  if (action.kind === 'builtin') {
    const signature = builtinActions.find(({ reference }) => reference === action.action);
    if (signature === undefined) throw cannotStart(`this engine has no action \`${action.action}\``);
    return signature;
  }
  const { version, actions } = findPlugin(action, world).manifest;
  if (version !== action.version) {
    throw cannotStart(
      `the run was planned with version ${action.version} of the plugin \`${action.plugin}\`, but ${version} is installed`,
    );
  }
  const signature = actions.find(({ reference }) => reference === `plugin:${action.plugin}/${action.action}`);
  if (signature === undefined) throw cannotStart(`the plugin \`${action.plugin}\` has no action \`${action.action}\` any more`);
  return signature;
}

function commandOfAction(action: ProtocolAction, world: ActionWorld): readonly string[] {
  if (action.kind === 'builtin') return [...world.engineCommand, '__action', action.action];
  return pluginCommand(findPlugin(action, world), world.engineCommand);
}

function findPlugin(action: Extract<ProtocolAction, { kind: 'plugin' }>, { plugins }: ActionWorld): LoadedPlugin {
  const plugin = plugins.find(({ manifest }) => manifest.name === action.plugin);
  if (plugin === undefined) throw cannotStart(`the plugin \`${action.plugin}\` is not installed any more`);
  return plugin;
}

function cannotStart(message: string): AttemptProblem {
  return new AttemptProblem({ kind: 'spawn', message });
}
