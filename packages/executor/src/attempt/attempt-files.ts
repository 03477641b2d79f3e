// Where the files of an attempt lie in the run's folder. The numbers count over the whole run.

import { join } from 'node:path';
import { terminalFiles } from '../terminal/terminal-files.ts';

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
  /** When the log and captured stdout had which size; only of attempts that take a while. */
  readonly times: string;
  /** What the set-up of its own workspace wrote. */
  readonly setupLog: string;
  /** What a cached step was looked up by. */
  readonly cacheKey: string;
  /** Of one with a terminal: what its files begin with, the socket to join, and whether input is awaited. */
  readonly base: string;
  readonly socket: string;
  readonly input: string;
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
    times: `${base}.times`,
    setupLog: `${base}.setup.log`,
    cacheKey: `${base}.cache-key`,
    base,
    ...terminalFiles(base),
  };
}
