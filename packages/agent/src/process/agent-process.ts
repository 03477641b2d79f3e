// The process of an agent: in a group of its own, so that it is asked to end by its protocol before a signal reaches it. What
// it leaves running when we are killed, the engine ends.
// Not here: what is said to it (events/, acp/).

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { delimiter, isAbsolute } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentPreset } from '../preset/preset.ts';

export interface AgentProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** How it ended, in words: `exit status 1`, `SIGKILL`. Rejects with an ActionError when it could not be started. */
  readonly ended: Promise<ProcessEnd>;
  /** Tells it and its group to end, by default with SIGTERM. */
  terminate(signal?: 'SIGTERM' | 'SIGKILL'): void;
  /** The end of what it wrote to stderr. */
  remark(): string;
}

export interface ProcessEnd {
  readonly isSuccess: boolean;
  readonly how: string;
}

export interface ProcessRequest {
  readonly preset: AgentPreset;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
}

/** Starts it. Its stderr goes to ours, which is the step's log. */
export function startAgent({ preset, program, args, cwd, env }: ProcessRequest): AgentProcess {
  // A relative folder of PATH would be one of the workspace.
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute).join(delimiter);
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env, PATH: path },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let remark = '';
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    remark = (remark + chunk.toString('utf8')).slice(-REMARK_CHARS_MAX);
  });
  // It may be gone before it has read all; how it ended says more.
  child.stdin.on('error', () => {});
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended: endOf(child, preset, program),
    terminate: (name = 'SIGTERM') => signal(child, name),
    remark: () => remark.trim(),
  };
}

const REMARK_CHARS_MAX = 8192;
/** What the agent left running may hold its stdout for ever; what it said itself has come by then. */
const DRAIN_MS = 2000;

function endOf(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  preset: AgentPreset,
  program: string,
): Promise<ProcessEnd> {
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(cannotStart(error, preset, program)));
    let drain: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
    });
    child.once('close', (code, signalName) => {
      clearTimeout(drain);
      resolve({ isSuccess: code === 0, how: signalName ?? `exit status ${code}` });
    });
  });
  // Whoever waits for it meets the error; until then it is nobody's surprise.
  ended.catch(() => {});
  return ended;
}

function cannotStart(error: NodeJS.ErrnoException, { name, install }: AgentPreset, program: string): ActionError {
  if (error.code !== 'ENOENT') return new ActionError(`\`${program}\` cannot be started: ${error.message}`, { cause: error });
  const how = install === null ? '' : `; install it: ${install}`;
  return new ActionError(`the agent \`${name}\` is not there: \`${program}\` is not installed or not on the PATH${how}`, {
    cause: error,
  });
}

function signal({ pid }: { readonly pid?: number | undefined }, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It is gone.
  }
}
