// Runs the script that prepares a workspace, as a step's script is run, with its output in a file outside of the workspace.
// Not here: whether it has to (decide-setup.ts).

import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { marked } from '../marked.ts';
import type { Run } from '../run-process.ts';
import type { SetupRequest } from '../workspace-port.ts';
import { endGroup } from './end-group.ts';

/** A script to run. */
export interface SetupRun {
  readonly id: string;
  readonly setup: SetupRequest;
  readonly folder: string;
  /** All of its environment but its own values. */
  readonly env: NodeJS.ProcessEnv;
  readonly run: Run;
  /** What the command line of whoever works in the workspace contains. */
  readonly mark: string;
}

const TAIL_BYTES = 4096;
const TAIL_LINES = 3;
/** Well below what Linux allows for one argument. */
const SCRIPT_BYTES_MAX = 96 * 1024;

/** Runs it. Throws a UserError with its last words when it fails. Nothing of it is left running. */
export async function runSetup({ id, setup, folder, env, run, mark }: SetupRun): Promise<void> {
  const { script, logFile } = setup;
  const problem = Object.values(setup.env).some((value) => value.includes('\0')) || script.includes('\0');
  if (problem) throw setupFailed(id, 'cannot be run: it holds a NUL character', logFile);
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  const isLong = Buffer.byteLength(script) > SCRIPT_BYTES_MAX;
  const scriptFile = `${logFile}.sh`;
  const output = openSync(logFile, 'w', 0o600);
  try {
    if (isLong) writeFileSync(scriptFile, script, { mode: 0o600 });
    const argv = marked(isLong ? ['sh', '-e', scriptFile] : ['sh', '-e', '-c', script, 'setup'], mark);
    const { code, pid } = await run({ argv, cwd: folder, wholeEnv: { ...env, ...setup.env, PWD: folder }, output });
    await endGroup(pid);
    if (code !== 0) throw setupFailed(id, `ended with exit status ${code}${lastWords(logFile)}`, logFile);
  } finally {
    closeSync(output);
    if (isLong) rmSync(scriptFile, { force: true });
  }
}

function setupFailed(id: string, how: string, logFile: string): UserError {
  return new UserError('workspace-setup-failed', `the set-up of workspace \`${id}\` ${how}`, { hint: `all it said: ${logFile}` });
}

function lastWords(logFile: string): string {
  const lines = tailOf(logFile)
    .replaceAll(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? '' : `: ${lines.slice(-TAIL_LINES).join(' | ')}`;
}

function tailOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const tail = Buffer.alloc(TAIL_BYTES);
    const length = readSync(file, tail, 0, TAIL_BYTES, Math.max(0, fstatSync(file).size - TAIL_BYTES));
    return tail.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
