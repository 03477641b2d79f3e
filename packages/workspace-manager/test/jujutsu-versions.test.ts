// What happens with versions of Jujutsu and git that can do less: each is a script that hides what it cannot do.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';

import type { EnsuredWorkspace } from '@workflow-platform/workspace-manager';

import { makeSandbox, missingFor } from './sandbox.ts';
import type { Kind, Sandbox } from './sandbox.ts';

const skip = missingFor('jj');
const ENSURE = `
  import { acquireLock } from '@workflow-platform/journal';
  import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
  const { root, request, removes } = JSON.parse(process.env.REQUEST);
  const manager = createWorkspaceManager({ root, acquireLock, deletionWaitMs: 60_000 });
  const ensured = await manager.ensure(request);
  if (removes) await manager.remove(ensured.workspace);
  process.stdout.write(JSON.stringify(ensured));
`;

/** Makes a workspace in a process whose PATH begins with `scripts`; what a version can do is looked up once for a process. */
function ensureWith(
  sandbox: Sandbox,
  scripts: Record<string, string>,
  options: { provider?: 'jj'; removes?: true; env?: NodeJS.ProcessEnv } = {},
): EnsuredWorkspace {
  const bin = join(sandbox.folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const { provider = 'auto', removes = false } = options;
  const request = sandbox.request({ provider });
  const env = {
    ...process.env,
    ...options.env,
    PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    REQUEST: JSON.stringify({ root: sandbox.root, request, removes }),
  };
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', ENSURE], {
    cwd: import.meta.dirname,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as EnsuredWorkspace;
}

function programOf(name: string): string {
  return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
}

const check = (kind: Kind, title: string, body: (sandbox: Sandbox) => void): void => {
  test(`${kind}: ${title}`, { skip }, () => body(makeSandbox(kind)));
};

check('jj-git', 'with a git that is too old for it, the workspace is Jujutsu’s alone', (sandbox) => {
  const git = `[ "$1" = --version ] && echo 'git version 2.39.5' && exit\nexec '${programOf('git')}' "$@"`;
  const { workspace } = ensureWith(sandbox, { git });
  assert.equal(workspace.provider, 'jj');
  assert.ok(existsSync(join(workspace.path, 'README.md')));
  assert.equal(existsSync(join(workspace.path, '.git')), false);
});

for (const kind of ['jj', 'jj-git'] as const) {
  check(kind, 'an earlier Jujutsu is not asked about colocation, which it does not know', (sandbox) => {
    const jj = [
      `[ "$*" = 'workspace add --help' ] && { '${programOf('jj')}' "$@" | grep -v colocate; exit; }`,
      `case " $* " in *' --colocate '* | *' --no-colocate '*) echo 'error: unexpected argument' >&2; exit 2 ;; esac`,
      // It never made git worktrees.
      `exec '${programOf('jj')}' --config=git.colocate=false "$@"`,
    ].join('\n');
    const { workspace } = ensureWith(sandbox, { jj });
    assert.equal(workspace.provider, 'jj');
    assert.ok(existsSync(join(workspace.path, 'README.md')));
    ensureWith(sandbox, { jj }, { removes: true });
    assert.equal(existsSync(workspace.path), false);
  });

  check(kind, 'one that is too old is left alone', (sandbox) => {
    const jj = `[ "$*" = 'workspace root --help' ] && { '${programOf('jj')}' "$@" | grep -v -e --name; exit; }\nexec '${programOf('jj')}' "$@"`;
    const { workspace } = ensureWith(sandbox, { jj });
    assert.equal(workspace.provider, kind === 'jj' ? 'copy' : 'git');
    assert.match(workspace.why, /`jj` is too old/);
  });

  check(kind, 'without Jujutsu the repository serves all the same', (sandbox) => {
    const { workspace } = ensureWith(sandbox, { jj: 'exit 127' });
    assert.equal(workspace.provider, kind === 'jj' ? 'copy' : 'git');
    assert.match(workspace.why, /no `jj` on PATH/);
  });
}

check('jj', 'settings of the user do not change what our commands say', (sandbox) => {
  const config = join(sandbox.folder, 'config.toml');
  writeFileSync(
    config,
    '[ui]\ncolor = "always"\npaginate = "auto"\npager = "false"\n[templates]\nlog = "\'mine\'"\nworkspace_list = "\'mine\'"\n[aliases]\nworkspace = ["status"]\n',
  );
  const env = { JJ_CONFIG: config };
  assert.equal(ensureWith(sandbox, {}, { env }).workspace.provider, 'jj');
  ensureWith(sandbox, {}, { env, removes: true });
  assert.deepEqual(sandbox.leftovers(), ['.state']);
});
