// What is told while an attempt runs, and to whom.
// Not here: what the scheduler is told of its end (run-host.ts).

import type { Signal } from '@workflow-platform/scheduler';

/** Who is told of an attempt while it runs. */
export interface AttemptListeners {
  /** It has written nothing for as long as its effect says. */
  onIdle(idleMs: number): void;
  /** It has told by which name its work can be taken up again. */
  onSession(session: string): void;
}

/** Returns who passes it on to the scheduler. */
export function listenersOf(
  { step, attempt }: { readonly step: string; readonly attempt: number },
  host: { send(signal: Signal): void },
): AttemptListeners {
  return {
    onIdle: (idleMs) => host.send({ kind: 'attempt-idle', step, attempt, idleMs }),
    onSession: (session) => host.send({ kind: 'attempt-session', step, attempt, session }),
  };
}
