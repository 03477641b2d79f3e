// Runs our own command line in a benchmark: the built program on the pinned Node, with state and workspaces in folders of
// the benchmark's own, in a small git repository.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './measure.ts';
import { cacheFolder } from './measure.ts';

const program = join(import.meta.dirname, '../../dist/workflow.cjs');
export const nodeProgram = process.execPath;

/** Makes an empty git repository with one commit and that workflow in it; returns its folder. */
export function makeRepository(name: string, workflow: string): string {
  const folder = join(cacheFolder, 'ours', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'workflow.toml'), workflow);
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  };
  git('init');
  git('add', '.');
  git('commit', '-m', 'bench');
  return folder;
}

/** Builds a contestant out of arguments of `workflow`. The state is kept between rounds, as a user's is, unless `fresh`. */
export function ours(
  name: string,
  folder: string,
  args: readonly string[],
  options: { keeps?: string; fresh?: boolean } = {},
): Contestant {
  // A new place each time, removed when all is measured: on ext4, files are slow to make for minutes where many were deleted.
  const state = mkdtempSync(`${folder}.state-`);
  const places: string[] = [state];
  process.on('exit', () => places.forEach((place) => rmSync(place, { recursive: true, force: true })));
  const reset = (): void => {
    const aside = `${state}-${places.length}`;
    renameSync(state, aside);
    places.push(aside);
  };
  return {
    name,
    keeps: options.keeps ?? '',
    cwd: folder,
    command: [nodeProgram, program, ...args],
    env: {
      ...process.env,
      XDG_STATE_HOME: join(state, 'state'),
      XDG_CACHE_HOME: join(state, 'cache'),
      XDG_CONFIG_HOME: join(state, 'config'),
      XDG_DATA_HOME: join(state, 'data'),
      AI_WORKSPACES_ROOT: join(state, 'workspaces'),
    },
    ...(options.fresh === true ? { reset } : {}),
  };
}

/** Writes a workflow of `count` steps of /bin/true, one after the other or independent. */
export function trueSteps(shape: 'chain' | 'wide', count: number, parallel: number): string {
  const steps = Array.from(
    { length: count },
    (_, index) =>
      `[steps.s${index + 1}]\nargv = ["/bin/true"]\n${shape === 'chain' && index > 0 ? `needs = ["s${index}"]\n` : ''}`,
  );
  return `id = "bench"\nmax_parallel = ${parallel}\n[workspace]\nprovider = "none"\n${steps.join('')}`;
}
