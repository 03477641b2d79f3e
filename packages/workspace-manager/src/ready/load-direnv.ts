// Loads a workspace's `.envrc`, if that is wanted and the file is trusted, and says what its steps get from it.
// Not here: whether it is (decide-direnv.ts), what direnv is asked (direnv-program.ts).

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { UserError, unreachable } from '@workflow-platform/events';

import { programPath } from '../run-process.ts';
import type { Run } from '../run-process.ts';
import type { Variables } from '../workspace-port.ts';
import { decideDirenv } from './decide-direnv.ts';
import { rememberEnv, rememberedEnv } from './direnv-cache.ts';
import { allow, allowFileOf, exportFrom, trustOf } from './direnv-program.ts';

/** What is to be loaded. */
export interface DirenvRequest {
  readonly policy: 'auto' | 'require' | 'off';
  /** The workspace; may be the checkout itself. */
  readonly folder: string;
  readonly checkout: string;
  /** The environment that it is loaded in. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the result is kept; null for a checkout. */
  readonly memory: string | null;
  readonly run: Run;
  /** What the command line of whoever works in the workspace contains. */
  readonly mark: string;
  /** Takes note of the file that allowing leaves, before it is there. */
  readonly onAllow: (file: string) => void;
}

/** Variables to set and to take away, by the `.envrc` with this digest; or without, perhaps for a reason that the user should know. */
export type LoadedDirenv =
  | { readonly envrcDigest: string; readonly env: Variables }
  | { readonly envrcDigest: null; readonly warning: string | null };

// They describe what the caller's shell has loaded, which is not what the steps have.
const STATE = ['DIRENV_DIFF', 'DIRENV_DIR', 'DIRENV_FILE', 'DIRENV_REQUIRED', 'DIRENV_WATCHES'] as const;

/** Loads it. Throws a UserError when it is required and cannot be had. */
export async function loadDirenv(asked: DirenvRequest): Promise<LoadedDirenv> {
  // What a step left in the workspace must not run as `direnv`.
  const request = { ...asked, env: { ...asked.env, ...programPath(asked.env['PATH']) } };
  const { policy, folder, checkout, env } = request;
  const digest = policy === 'off' ? null : digestOf(join(folder, '.envrc'));
  const sourceDigest = policy === 'off' ? null : digestOf(join(checkout, '.envrc'));
  // direnv is asked only where its answer matters.
  const trust = digest === null || digest !== sourceDigest ? 'unknown' : await trustOf({ folder: checkout, env });
  const decision = decideDirenv({ policy, digest, sourceDigest, trust, checkout });
  switch (decision.kind) {
    case 'nothing':
      return { envrcDigest: null, warning: null };
    case 'without':
      return goWithout(policy, decision);
    case 'load':
      try {
        const loaded = await loadTrusted(request, digest ?? '');
        return { envrcDigest: digest ?? '', env: { ...loaded, ...withoutState(env) } };
      } catch (cause) {
        if (!(cause instanceof UserError && cause.code === 'direnv-failed')) throw cause;
        return goWithout(policy, { why: cause.message, help: 'correct it' });
      }
    default:
      return unreachable(decision);
  }
}

async function loadTrusted(request: DirenvRequest, envrcDigest: string): Promise<Variables> {
  const { folder, checkout, env, memory, run, mark, onAllow } = request;
  const place = { folder, env };
  const key = { envrcDigest, env };
  const remembered = memory === null ? null : rememberedEnv(memory, key);
  if (remembered !== null) return remembered;
  if (folder !== checkout) {
    onAllow(allowFileOf(place));
    await allow(place);
  }
  const loaded = await exportFrom(place, { run, mark });
  if (memory !== null) rememberEnv(memory, key, loaded);
  return loaded.env;
}

function goWithout(policy: DirenvRequest['policy'], { why, help }: { why: string; help: string }): LoadedDirenv {
  if (policy === 'require') {
    throw new UserError('workspace-direnv-required', `the workspace has to have its \`.envrc\` loaded, but ${why}`, {
      hint: `${help}, or set direnv = "auto"`,
    });
  }
  return { envrcDigest: null, warning: `steps go without the \`.envrc\`: ${why} (${help}, or set direnv = "off")` };
}

function withoutState(env: NodeJS.ProcessEnv): Variables {
  return Object.fromEntries(STATE.filter((name) => env[name] !== undefined).map((name) => [name, null]));
}

/** What direnv would run: where the file is a link, what it leads to. */
function digestOf(path: string): string | null {
  // Of a folder, a pipe or a link to nowhere direnv takes no notice.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  return process.getBuiltinModule('node:crypto').hash('sha256', readFileSync(path), 'hex');
}
