// Loads a workspace's `.envrc` around what runs there. A workspace without one, or a machine without direnv, goes without.
// Not here: what runs (run-command.ts).

import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

import { UserError } from '@workflow-platform/events';

type Env = { readonly [name: string]: string | undefined };

/** Says whether there is something to load, and something to load it with. */
export function hasDirenv(folder: string, env: Env): boolean {
  return existsSync(join(folder, '.envrc')) && findProgram('direnv', env) !== null;
}

/** Approves the `.envrc` of the workspace. */
export async function allowDirenv(folder: string, env: Env): Promise<void> {
  if ((await direnv(['allow', '.'], folder, env)) === 0) return;
  throw new UserError('direnv-failed', `direnv cannot approve ${join(folder, '.envrc')}`, { hint: HINT });
}

/** Throws when the `.envrc` cannot be loaded: asked before a workspace is given out for the first time. */
export async function checkDirenv(folder: string, env: Env): Promise<void> {
  if ((await direnv(['exec', '.', 'true'], folder, env)) === 0) return;
  throw new UserError('direnv-failed', `${join(folder, '.envrc')} fails`, { hint: HINT });
}

/** Returns the command line that runs another with the `.envrc` of its folder loaded. */
export function withDirenv(argv: readonly string[]): readonly [string, ...string[]] {
  return ['direnv', 'exec', '.', ...argv];
}

/**
 * Returns what a shell would say of a program that direnv could not start: 127 when there is none, 126 when it is no program; null
 * when it could. direnv itself says 1 for everything.
 */
export async function startFailure(program: string, folder: string, env: Env): Promise<126 | 127 | null> {
  if (program.includes('/')) {
    const place = resolve(folder, program);
    return isProgram(place) ? null : existsSync(place) ? 126 : 127;
  }
  if (findProgram(program, env) !== null) return null;
  const look = 'command -v "$1" >/dev/null || exit 127';
  return (await direnv(['exec', '.', 'sh', '-c', look, 'sh', program], folder, env, 'ignore')) === 127 ? 127 : null;
}

/** Returns the program that a name stands for on this PATH, or null. */
function findProgram(name: string, env: Env): string | null {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (isAbsolute(folder) && isProgram(join(folder, name))) return join(folder, name);
  }
  return null;
}

const HINT = 'direnv says above why; --no-direnv does without';

/** What direnv and the `.envrc` say goes to stderr: stdout belongs to the command. */
function direnv(args: readonly string[], folder: string, env: Env, words: 2 | 'ignore' = 2): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn('direnv', args, { cwd: folder, env, stdio: ['ignore', words, words] });
    child.on('error', (cause) =>
      reject(new UserError('direnv-failed', `cannot start direnv: ${cause.message}`, { hint: HINT, cause })),
    );
    child.on('close', (code) => done(code ?? 1));
  });
}

function isProgram(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return statSync(place).isFile();
  } catch {
    return false;
  }
}
