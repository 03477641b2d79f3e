// Asks direnv (2.32 or later): whether a file is allowed, to allow one, what one makes of an environment.
// Not here: whether it should (decide-direnv.ts).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { marked } from '../marked.ts';
import { runProcess } from '../run-process.ts';
import type { Run } from '../run-process.ts';
import type { Variables } from '../workspace-port.ts';
import type { DirenvFacts } from './decide-direnv.ts';

/** A folder whose `.envrc` is meant, and the environment that direnv works in. */
export interface DirenvPlace {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Says whether the user has allowed the `.envrc` of a folder. */
export async function trustOf({ folder, env }: DirenvPlace): Promise<DirenvFacts['trust']> {
  try {
    // Older ones take no notice of `--json`.
    const { code, stdout } = await runProcess({
      argv: ['direnv', 'status', '--json'],
      cwd: folder,
      wholeEnv: { ...env, PWD: folder },
    });
    return code === 0 ? trustIn(stdout, join(folder, '.envrc')) : 'unknown';
  } catch (cause) {
    if (cause instanceof UserError && cause.code === 'direnv-missing') return 'no-program';
    throw cause;
  }
}

/** Reads what `direnv status` says of a file, as JSON or as text. */
export function trustIn(status: string, file: string): DirenvFacts['trust'] {
  const { path, allowed } = status.startsWith('{') ? fromJson(status) : fromText(status);
  if (path !== file) return 'unknown';
  // Since 2.33 a number: 0 allowed, 1 not allowed, 2 denied.
  if (allowed === '0' || allowed === 'true') return 'allowed';
  return allowed === null ? 'unknown' : 'blocked';
}

interface FoundFile {
  readonly path: string | null;
  readonly allowed: string | null;
}

function fromJson(status: string): FoundFile {
  try {
    const { state } = JSON.parse(status) as { state?: { foundRC?: { path?: unknown; allowed?: unknown } | null } };
    const { path, allowed } = state?.foundRC ?? {};
    return {
      path: typeof path === 'string' ? path : null,
      allowed: typeof allowed === 'number' || typeof allowed === 'boolean' ? String(allowed) : null,
    };
  } catch {
    return { path: null, allowed: null };
  }
}

function fromText(status: string): FoundFile {
  const lineAfter = (start: string): string | null =>
    status
      .split('\n')
      .find((line) => line.startsWith(start))
      ?.slice(start.length) ?? null;
  return { path: lineAfter('Found RC path '), allowed: lineAfter('Found RC allowed ') };
}

/** Returns the file by which direnv knows that it may load the `.envrc` of a folder as it is now. */
export function allowFileOf({ folder, env }: DirenvPlace): string {
  const data = env['XDG_DATA_HOME'] || join(env['HOME'] ?? '/', '.local', 'share');
  const file = join(folder, '.envrc');
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(`${file}\n`).update(readFileSync(file));
  return join(data, 'direnv', 'allow', hash.digest('hex'));
}

/** Allows the `.envrc` of a folder. Throws a UserError when it cannot be allowed. */
export async function allow({ folder, env }: DirenvPlace): Promise<void> {
  const { code, stderr } = await runProcess({ argv: ['direnv', 'allow', '.'], cwd: folder, wholeEnv: { ...env, PWD: folder } });
  if (code !== 0) throw new UserError('direnv-failed', `direnv cannot allow ${join(folder, '.envrc')}: ${reasonIn(stderr)}`);
}

/** What an `.envrc` makes of an environment. */
export interface DirenvExport {
  /** Without direnv's own variables. */
  readonly env: Variables;
  /** The files that it depends on, as direnv writes them down. */
  readonly watches: string | null;
}

/** Loads the `.envrc` of a folder, which is code. Throws a UserError when it fails. */
export async function exportFrom({ folder, env }: DirenvPlace, { run, mark }: { run: Run; mark: string }): Promise<DirenvExport> {
  const argv = marked(['direnv', 'export', 'json'], mark);
  const { code, stdout, stderr } = await run({ argv, cwd: folder, wholeEnv: { ...env, PWD: folder }, stdoutMax: Infinity });
  if (code !== 0) throw new UserError('direnv-failed', `${join(folder, '.envrc')} fails: ${reasonIn(stderr)}`);
  const changes = changesIn(stdout);
  const own = Object.entries(changes).filter(([name]) => !name.startsWith('DIRENV_'));
  return { env: Object.fromEntries(own), watches: changes['DIRENV_WATCHES'] ?? null };
}

/** Nothing at all stands for no change. */
function changesIn(text: string): Variables {
  if (text.trim() === '') return {};
  try {
    const changes = JSON.parse(text) as { readonly [name: string]: unknown };
    return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, typeof value === 'string' ? value : null]));
  } catch {
    throw new UserError('direnv-failed', 'direnv answers with something that is not JSON');
  }
}

/** What the `.envrc` said is worth more than the remarks of direnv and bash on leaving it. */
function reasonIn(stderr: string): string {
  const lines = stderr
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const own = lines.filter((line) => !/^direnv: |pop_var_context/.test(line));
  return own.at(-1) ?? lines.at(-1)?.replace(/^direnv: (?:error )?/, '') ?? 'it does not say why';
}
