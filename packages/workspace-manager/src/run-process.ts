// Starts the programs that workspaces are made with (git, cp, rm) and waits for them.
// Not here: processes of steps (executor).

import { spawn } from 'node:child_process';

import { UserError } from '@workflow-platform/events';

/** What a program did. */
export interface ProcessResult {
  /** Exit status; 128 + the signal's number when a signal ended it, as a shell says. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program to start. */
export interface ProcessRequest {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly stdin?: string;
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
  return start(request.argv, request, { isWorker: false, onStarted: null });
}

/**
 * Runs a program that changes a workspace. It gets a process group of its own and begins only after `onStarted` has taken
 * note of its process id, so that whoever comes after a crash can end it: it would write on into a tree being removed.
 */
export function runWorker(request: ProcessRequest, onStarted: (pid: number) => void): Promise<ProcessResult> {
  const argv = ['sh', '-c', 'read -r _ && exec "$@"', 'sh', ...request.argv] as const;
  return start([...argv], request, { isWorker: true, onStarted });
}

/** Returns the caller's environment without what is about another repository, with messages in English. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT_GIT_VARIABLES.has(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}

function start(
  [command, ...args]: readonly [string, ...string[]],
  { argv, cwd, stdin }: ProcessRequest,
  { isWorker, onStarted }: { readonly isWorker: boolean; readonly onStarted: ((pid: number) => void) | null },
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const needsStdin = isWorker || stdin !== undefined;
    const child = spawn(command, args, {
      cwd,
      env: cleanEnvironment(process.env),
      detached: isWorker,
      stdio: [needsStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(0, OUTPUT_CHARACTERS_MAX)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-OUTPUT_CHARACTERS_MAX)));
    child.on('error', (cause) => reject(explainStart(argv[0], cause)));
    child.on('close', (code, signal) => {
      if (code === 127 && isWorker) reject(explainStart(argv[0], new Error(stderr.trim())));
      else resolve({ code: code ?? 128 + (signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0)), stdout, stderr });
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
    child.stdin?.end(isWorker ? `begin\n${stdin ?? ''}` : stdin);
  });
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

function explainStart(program: string, cause: Error): UserError {
  return new UserError(`${program}-missing`, `cannot start \`${program}\`: ${cause.message}`, {
    hint: program === 'git' ? 'install git, or use workspace provider `copy`' : `install \`${program}\``,
    cause,
  });
}
