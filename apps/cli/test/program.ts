// Starts the real program for tests: a `workflow` on PATH, with a state, cache and home folder of its own.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** What is started: the bundle where WORKFLOW_BUNDLE names one, else the sources. */
export const programPath = process.env['WORKFLOW_BUNDLE'] ?? join(root, 'apps/cli/src/main.ts');

/** A temporary folder with everything the program writes to inside it. */
export interface Sandbox {
  /** The folder commands run in. */
  readonly folder: string;
  readonly env: { readonly [name: string]: string };
  /** Runs a line in `sh`. */
  run(
    command: string,
    options?: { input?: string; env?: { readonly [name: string]: string } },
  ): { stdout: string; stderr: string; status: number };
  write(path: string, text: string): string;
  remove(): void;
}

/** Makes a sandbox. */
export function createSandbox(): Sandbox {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'workflow-test-')));
  const folder = join(base, 'work');
  for (const name of ['work', 'bin', 'home', 'state', 'cache']) mkdirSync(join(base, name));
  const shim = join(base, 'bin/workflow');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${programPath}' "$@"\n`);
  chmodSync(shim, 0o755);
  const env = {
    PATH: `${join(base, 'bin')}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    HOME: join(base, 'home'),
    XDG_STATE_HOME: join(base, 'state'),
    XDG_CACHE_HOME: join(base, 'cache'),
    XDG_DATA_HOME: join(base, 'data'),
    XDG_CONFIG_HOME: join(base, 'config'),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Ana',
    GIT_AUTHOR_EMAIL: 'ana@example.org',
    GIT_COMMITTER_NAME: 'Ana',
    GIT_COMMITTER_EMAIL: 'ana@example.org',
  };
  return {
    folder,
    env,
    run(command, options = {}) {
      const { stdout, stderr, status, signal } = spawnSync('sh', ['-c', command], {
        cwd: folder,
        env: { ...env, ...options.env },
        input: options.input ?? '',
        encoding: 'utf8',
        maxBuffer: 512 * 1024 * 1024,
        // What waits for what never comes fails, and does not keep all others waiting.
        timeout: 180_000,
        killSignal: 'SIGKILL',
      });
      return { stdout, stderr, status: status ?? (signal === null ? -1 : -2) };
    },
    write(path, text) {
      const full = join(folder, path);
      mkdirSync(join(full, '..'), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    remove() {
      if (existsSync(base)) rmSync(base, { recursive: true, force: true });
    },
  };
}
