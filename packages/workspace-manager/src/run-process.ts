// Starts the programs that workspaces are made with (git, cp, rm) and waits for them.
// Not here: processes of steps (executor).

import { spawn } from 'node:child_process';
import { delimiter, isAbsolute } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { endWithGroup } from './end-with-group.ts';
import { gitSettingsEnvironment } from './git-settings.ts';

/** What a program did. */
export interface ProcessResult {
  /** Of the process; of a worker, also that of its group. */
  readonly pid: number;
  /** Exit status; 128 + the signal's number when a signal ended it, as a shell says. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program to start. */
export interface ProcessRequest {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly stdin?: string | Buffer;
  /** Variables beside those of the caller. */
  readonly env?: { readonly [name: string]: string };
  /** All of its environment; by default the caller's, without what would change the meaning of our own commands, and `env`. */
  readonly wholeEnv?: NodeJS.ProcessEnv;
  /** Open file that takes what it writes; then the result has no text. */
  readonly output?: number;
  /** How its stdout becomes text. Default `utf8`; `latin1` keeps bytes. */
  readonly encoding?: 'utf8' | 'latin1';
  /** What stdout is cut at, in characters. */
  readonly stdoutMax?: number;
}

/** Runs a program to its end. */
export type Run = (request: ProcessRequest) => Promise<ProcessResult>;

const OUTPUT_CHARACTERS_MAX = 1_000_000;
// What tells git where it works, set for the caller's own git, and what would change the meaning of our commands.
const KEPT_GIT_VARIABLES = new Set([
  'GIT_ASKPASS',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_EXEC_PATH',
  'GIT_LFS_SKIP_SMUDGE',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
]);

/** Runs a program to its end. */
export function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  return start(request.argv, request, { isWorker: false, onStarted: null, signal: undefined });
}

/**
 * Runs a program that changes a workspace; the signal ends it with all that it has started. It gets a process group of its own and begins only after `onStarted` has taken
 * note of its process id, so that whoever comes after a crash can end it: it would write on into a tree being removed.
 */
export function runWorker(
  request: ProcessRequest,
  onStarted: (pid: number) => void,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const argv = [SHELL, '-c', 'read -r _ && exec "$@"', 'sh', ...request.argv] as const;
  return start([...argv], request, { isWorker: true, onStarted, signal });
}

/** Returns the caller's environment without what is about another repository, with messages in English. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT_GIT_VARIABLES.has(name));
  const ours = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  return { ...Object.fromEntries(kept), ...programPath(env['PATH']), ...ours, ...gitSettingsEnvironment([]) };
}

/** By its path: a program is looked for in the environment that it gets, which may not be ours. */
export const SHELL = '/bin/sh';

/** A folder of PATH that is relative would be one of the workspace: whatever a step left there would run as `git`. */
export function programPath(path: string | undefined): { readonly PATH?: string } {
  return path === undefined ? {} : { PATH: path.split(delimiter).filter(isAbsolute).join(delimiter) };
}

function start(
  [command, ...args]: readonly [string, ...string[]],
  { argv, cwd, stdin, env = {}, wholeEnv, output, encoding = 'utf8', stdoutMax = OUTPUT_CHARACTERS_MAX }: ProcessRequest,
  {
    isWorker,
    onStarted,
    signal,
  }: {
    readonly isWorker: boolean;
    readonly onStarted: ((pid: number) => void) | null;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const needsStdin = isWorker || stdin !== undefined;
    const child = spawn(command, args, {
      cwd,
      env: wholeEnv ?? { ...cleanEnvironment(process.env), ...env },
      detached: isWorker,
      stdio: [needsStdin ? 'pipe' : 'ignore', output ?? 'pipe', output ?? 'pipe'],
    });
    const end = (): void => endWithGroup(child);
    signal?.addEventListener('abort', end, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding(encoding).on('data', (text: string) => (stdout = (stdout + text).slice(0, stdoutMax)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-OUTPUT_CHARACTERS_MAX)));
    child.on('error', (cause) => reject(explainStart(argv[0], cause)));
    child.on('close', (code, endSignal) => {
      signal?.removeEventListener('abort', end);
      // A shell is there, since one has tried: it passes on what a program in it said.
      if (code === 127 && isWorker && argv[0] !== SHELL) return reject(explainStart(argv[0], new Error(stderr.trim())));
      const status = code ?? 128 + (endSignal === null ? 0 : (SIGNAL_NUMBERS[endSignal] ?? 0));
      return resolve({ pid: child.pid ?? 0, code: status, stdout, stderr });
    });
    // The program may end before it has read everything; its exit status tells what matters.
    child.stdin?.on('error', () => {});
    if (onStarted !== null && child.pid !== undefined) {
      try {
        onStarted(child.pid);
      } catch (cause) {
        // An end without the word to begin: the waiting shell gives up.
        child.stdin?.end();
        reject(cause);
        return;
      }
    }
    if (isWorker) child.stdin?.write('begin\n');
    child.stdin?.end(stdin);
  });
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

function explainStart(program: string, cause: Error): UserError {
  return new UserError(`${program}-missing`, `cannot start \`${program}\`: ${cause.message}`, {
    hint: program === 'git' ? 'install git, or use workspace provider `copy`' : `install \`${program}\``,
    cause,
  });
}
