// The actions that ship with the engine.
// Not here: what they do (a file each), how their process is started (effects/attempt.ts).

import type { ActionSignature } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { ActionError, serveAction } from '@workflow-platform/plugin-sdk';
import { agentRun } from './agent-run.ts';
import type { ActionEngine, BuiltinAction } from './builtin-action.ts';
import { fileTemplate } from './file-template.ts';
import { gitDiffSummary } from './git-diff-summary.ts';
import { httpRequest } from './http-request.ts';
import { jjDiffSummary } from './jj-diff-summary.ts';
import { workflowRun } from './workflow-run.ts';

const actions: readonly BuiltinAction[] = [agentRun, fileTemplate, gitDiffSummary, httpRequest, jjDiffSummary, workflowRun];

/** Signatures of the built-in actions, sorted by reference. */
export const builtinActions: readonly ActionSignature[] = actions.map(({ signature }) => signature);

/** Carries out one built-in action in this process, as the request on stdin asks; returns the exit status. */
export function runBuiltinAction(reference: string, engine: ActionEngine): Promise<number> {
  return serveAction(() => {
    const action = actions.find(({ signature }) => signature.reference === reference);
    if (action === undefined) return undefined;
    return async (inputs, context) => {
      try {
        await action.run(inputs, context, engine);
      } catch (error) {
        // Its words are for the user: no stack trace in the step's log.
        if (error instanceof UserError)
          throw new ActionError(error.hint === null ? error.message : `${error.message} (${error.hint})`);
        throw error;
      }
    };
  });
}
