// What a built-in action is: a signature for the validator and a function that carries it out in a process of its own.
// Not here: the actions (a file each), the list of them (builtin-actions.ts).

import type { ActionInputModel, ActionSignature, OutputModel } from '@workflow-platform/core';
import type { ActionContext, ActionInputs, AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import type { LoadedPresets } from '../preset/load-presets.ts';

export interface BuiltinAction {
  readonly signature: ActionSignature;
  run(inputs: ActionInputs, context: ActionContext, engine: ActionEngine): Promise<void>;
}

/** What an action may ask of the engine whose process it runs in. */
export interface ActionEngine {
  /** Runs another workflow to its end as a run of its own. Rejects with a UserError when it cannot be started. */
  startRun(request: SubRunRequest): Promise<SubRunResult>;
  /** Asks a person by a run of its own that waits for the answer. Resolves with it; rejects with a UserError when there is none. */
  askPerson(request: PersonRequest): Promise<boolean>;
  /** Returns the agents that can be asked by the run's steps. */
  agentPresets(runId: string): Promise<LoadedPresets>;
  /** Returns what is on record as used up in a session of the run's agents. */
  usageOfSession(runId: string, session: string): Promise<AgentUsage>;
}

export type PersonRequest = Pick<SubRunRequest, 'parent' | 'workspacePath' | 'signal' | 'onStarted'> & {
  readonly question: string;
};

export interface SubRunRequest {
  /** As in `uses`: `./other.toml`, `workflow:ID`. */
  readonly workflow: string;
  readonly parameters: { readonly [name: string]: Json };
  readonly parent: { readonly runId: string; readonly step: string };
  /** Folder to work in, that of the caller; null for a workspace of its own. */
  readonly workspacePath: string | null;
  /** Cancels the run. */
  readonly signal: AbortSignal;
  /** Ends at once what the cancel has asked to end. */
  readonly killSignal: AbortSignal;
  /** Told as soon as the run has an id. */
  onStarted(runId: string): void;
}

export interface SubRunResult {
  readonly runId: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** Steps that made it fail. */
  readonly failed: readonly string[];
  /** What agents used up in it, from its beginning on, and in the runs that it started. */
  readonly usage: AgentUsage;
}

/** Makes an input of a signature; what is left out is optional, open text. */
export function input(name: string, description: string, more: Partial<ActionInputModel> = {}): ActionInputModel {
  return { name, type: 'string', required: false, default: undefined, secret: false, description, values: null, ...more };
}

/** Makes an output of a signature. */
export function output(name: string, description: string, required = true): OutputModel {
  return { name, from: 'file', pattern: null, value: null, required, description };
}

/** Returns an input that is text, empty when it is not given. */
export function textInput(inputs: ActionInputs, name: string): string {
  const value = inputs[name];
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
