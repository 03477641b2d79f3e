// How does whoever asked learn that a request came to nothing?
// Not here: what does not fit (answer.ts, cancel.ts).

import type { RefusalCode, RunEvent } from '@workflow-platform/events';
import type { RunState } from '../run-state.ts';
import type { RequestMark } from '../signal.ts';

/** Decides that a request is refused. What is no request is ignored, and so is all that comes after the end of the run. */
export function refuse(
  { phase }: RunState,
  { by, request }: { readonly by: string; readonly request?: RequestMark },
  code: RefusalCode,
  message: string,
): RunEvent[] {
  if (request === undefined || phase.kind === 'finished') return [];
  return [{ type: 'run.request-refused', request: request.id, by, code, message }];
}
