// What the author of a JavaScript or TypeScript plugin writes against.
// Not here: how an action is run (serve-action.ts), what the manifest declares (docs/plugins.md).

import type { AgentUsage, Json, LogLevel } from './protocol/messages.ts';

/** What an action can read and do besides what Node offers. The current directory is the workspace. */
export interface ActionContext {
  /** Absolute path of the workspace. */
  readonly workspace: string;
  readonly run: { readonly id: string; readonly workflow: string };
  readonly step: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** What the attempt before told with `openSession`, when the step goes on after it; null otherwise. */
  readonly session: string | null;
  /** Aborts when the step has to end: it was cancelled or took too long. */
  readonly signal: AbortSignal;
  /** Sets an output of the step. Anything but text becomes JSON text. */
  output(name: string, value: Json): void;
  /** Writes a line to the step's log. */
  log(message: string, level?: LogLevel): void;
  /** Keeps a file of the workspace as an artifact of the run; the path is relative to the workspace. */
  artifact(name: string, path: string): void;
  /** Tells, as soon as it is known, by which name the work can be taken up again; kept also when this process is killed. */
  openSession(id: string): void;
  /** Tells what an agent used up; several add up. */
  usage(used: AgentUsage): void;
}

/** Inputs as the manifest declares them: checked, converted to their types, defaults filled in. */
export type ActionInputs = { readonly [name: string]: Json };

/** Carries an action out. It succeeds when this returns and fails with the message of what it throws. */
export type Action<Inputs extends ActionInputs = ActionInputs> = (inputs: Inputs, context: ActionContext) => void | Promise<void>;

/** A plugin's code: a function for each action of its manifest. */
export interface Plugin {
  readonly actions: { readonly [name: string]: Action };
}

/**
 * Checks and returns a plugin; the default export of its `main`. Give the types of the inputs to have them checked:
 * `definePlugin<{ greet: { name: string } }>({ actions: { greet(inputs, context) { … } } })`.
 */
export function definePlugin<
  Inputs extends { readonly [action: string]: ActionInputs } = { readonly [action: string]: ActionInputs },
>(plugin: { readonly actions: { readonly [Name in keyof Inputs]: Action<Inputs[Name]> } }): Plugin {
  for (const [name, action] of Object.entries(plugin.actions)) {
    if (typeof action !== 'function') throw new TypeError(`the action \`${name}\` is not a function`);
  }
  return plugin as unknown as Plugin;
}

/** Thrown by an action to fail with a message for the user, without a stack trace in the log. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  /** `output`: the work was done, but what it leaves breaks its declaration. */
  readonly kind: 'output' | null;

  constructor(message: string, options: ErrorOptions & { readonly kind?: 'output' } = {}) {
    super(message, options);
    this.kind = options.kind ?? null;
  }
}

/** Thrown by an action that is turned away because a quota is used up: the step waits and uses up no retry. */
export class QuotaError extends ActionError {
  /** When there is quota again; null where nobody says. */
  readonly resetAt: Date | null;

  constructor(message: string, resetAt: Date | null = null) {
    super(message);
    this.resetAt = resetAt;
  }
}
