// Says how to go on with a run that its engine had to leave.

import { UserError } from '@workflow-platform/events';

/**
 * Returns the error to show for what ended the engine; `isRecorded` when the run is in the history, so that it can go on later,
 * `goesOn` when steps of it are still at work.
 */
export function explainStop(
  cause: unknown,
  runId: string,
  { isRecorded, goesOn }: { readonly isRecorded: boolean; readonly goesOn: boolean },
): unknown {
  if (!(cause instanceof UserError) || !isRecorded) return cause;
  const meanwhile = goesOn ? ', which takes up the steps that are still at work' : '';
  const hint = `${cause.hint === null ? '' : `${cause.hint}; `}then go on with \`workflow resume ${runId}\`${meanwhile}`;
  return new UserError(cause.code, `the run ${runId} could not go on: ${cause.message}`, {
    hint,
    cause,
    exitCode: cause.exitCode,
  });
}
