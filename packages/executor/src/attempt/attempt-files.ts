// Where the files of an attempt lie in the run's folder. The numbers count over the whole run.

import { join } from 'node:path';

/** Absolute paths of the files of one attempt; which of them exist depends on the step. */
export interface AttemptFiles {
  /** stdout and stderr; stderr alone when stdout is captured. */
  readonly log: string;
  /** Captured stdout. */
  readonly stdout: string;
  readonly stdin: string;
  /** `$WORKFLOW_OUTPUT`. */
  readonly outputs: string;
  /** A script that is too long for an argument, or whose interpreter wants a file; an extension is added to it. */
  readonly script: string;
}

/** Returns the paths of an attempt's files. */
export function attemptFiles(runFolder: string, attemptNo: number): AttemptFiles {
  const base = join(runFolder, String(attemptNo));
  return {
    log: `${base}.log`,
    stdout: `${base}.stdout`,
    stdin: `${base}.stdin`,
    outputs: `${base}.outputs`,
    script: `${base}.script`,
  };
}
