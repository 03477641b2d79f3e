// Ends attempts when nothing can be written down any more and somebody wants the run to end.
// Not here: ending them as a cancel does that is recorded (run-host.ts).

import type { Launcher } from './launcher.ts';
import type { RunningAttempt } from './running-attempt.ts';
import { disownAttempts } from './slots-left.ts';

/** Ends them and forgets them. What is ended so has failed for no fault of its own: the next engine counts it as lost. */
export async function stopUnrecorded(running: Map<string, RunningAttempt>, launcher: Launcher, runFolder: string): Promise<void> {
  const attempts = [...running.values()];
  const numbers = attempts.map(({ attemptNo }) => attemptNo);
  for (const attempt of attempts) attempt.stop();
  await Promise.allSettled(attempts.map((attempt) => attempt.ended));
  await launcher.close();
  disownAttempts(runFolder, numbers);
  running.clear();
}
