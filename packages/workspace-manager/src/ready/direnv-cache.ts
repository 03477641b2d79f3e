// Remembers what an `.envrc` made of an environment, beside the workspace and readable for the user alone: it may hold secrets.
// It counts as long as the file, what it watches and the environment it was loaded in are the same.
// Not here: loading one (direnv-program.ts).

import { lstatSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

import type { Variables } from '../workspace-port.ts';
import type { DirenvExport } from './direnv-program.ts';

/** What has to be the same. */
export interface DirenvKey {
  readonly envrcDigest: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Watched {
  readonly path: string;
  readonly exists: boolean;
  /** Whole seconds since the epoch. */
  readonly modtime: number;
}

interface Remembered {
  readonly version: 1;
  readonly key: string;
  readonly watched: readonly Watched[];
  readonly env: Variables;
}

/** Returns the variables as remembered; null when something is not as it was, or nothing is remembered. */
export function rememberedEnv(file: string, key: DirenvKey): Variables | null {
  try {
    const remembered = JSON.parse(readFileSync(file, 'utf8')) as Remembered;
    if (remembered.version !== 1 || remembered.key !== digestOf(key)) return null;
    return remembered.watched.length > 0 && remembered.watched.every(isAsItWas) ? remembered.env : null;
  } catch {
    return null;
  }
}

/** Remembers, by rename. What direnv watches must be known for it. */
export function rememberEnv(file: string, key: DirenvKey, { env, watches }: DirenvExport): void {
  const watched = watches === null ? null : watchedIn(watches);
  if (watched === null) return rmSync(file, { force: true });
  const remembered: Remembered = { version: 1, key: digestOf(key), watched, env };
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(remembered)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

/** Reads direnv's list of watched files: JSON, deflated, in the URL form of base64. Newer versions write the names small. */
function watchedIn(watches: string): readonly Watched[] | null {
  try {
    const text = process.getBuiltinModule('node:zlib').inflateSync(Buffer.from(watches, 'base64url')).toString('utf8');
    const list = JSON.parse(text) as readonly { readonly [key: string]: unknown }[];
    return list.map((item) => ({
      path: String(item['path'] ?? item['Path']),
      exists: (item['exists'] ?? item['Exists']) === true,
      modtime: Number(item['modtime'] ?? item['Modtime']),
    }));
  } catch {
    return null;
  }
}

function isAsItWas({ path, exists, modtime }: Watched): boolean {
  const link = lstatSync(path, { throwIfNoEntry: false });
  const target = link === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (link === undefined || target === undefined) return !exists;
  return exists && Math.floor(Math.max(link.mtimeMs, target.mtimeMs) / 1000) === modtime;
}

// They differ from terminal to terminal, and no `.envrc` is written for them.
const PASSING =
  /^(?:_|SHLVL|PWD|OLDPWD|WINDOWID|COLUMNS|LINES|TERM.*|TMUX.*|SSH_.*|WORKFLOW_RUN_ID|WORKFLOW_STEP|WORKFLOW_ATTEMPT)$/;

function digestOf({ envrcDigest, env }: DirenvKey): string {
  const entries = Object.entries(env).filter(([name]) => !PASSING.test(name));
  const text = JSON.stringify([envrcDigest, ...entries.sort(([a], [b]) => (a < b ? -1 : 1))]);
  return process.getBuiltinModule('node:crypto').hash('sha256', text, 'hex');
}
