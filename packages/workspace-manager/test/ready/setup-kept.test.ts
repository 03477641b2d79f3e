// What a set-up made, used again for the next workspaces.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { smallDisk } from '@workflow-platform/testkit';
import { namespaceOf } from '@workflow-platform/workspace-manager';
import type { Checkpoint, EnsuredWorkspace, WorkspaceRequest } from '@workflow-platform/workspace-manager';

import { decideDropped } from '../../src/ready/decide-dropped.ts';
import { decideKept } from '../../src/ready/decide-kept.ts';
import type { TreeEntry } from '../../src/ready/list-tree.ts';
import type { DieAt } from '../programs/die-at.ts';
import { KINDS, commitAll, makeSandbox, missingFor, registered, writeFile } from '../sandbox.ts';
import type { Kind, Sandbox } from '../sandbox.ts';

const DIE_AT = join(import.meta.dirname, '../programs/die-at.ts');

interface StoreSandbox extends Sandbox {
  /** Asks for workspace `id` with a script that counts how often it runs. */
  asked(id: string, script: string, keys?: readonly string[]): WorkspaceRequest;
  count(): number;
  store(): string;
  kept(): string[];
}

function makeStoreSandbox(kind: Kind): StoreSandbox {
  const sandbox = makeSandbox(kind);
  const counter = join(sandbox.folder, 'count');
  const store = (): string => join(sandbox.root, namespaceOf(sandbox.source), '.setup');
  return {
    ...sandbox,
    asked: (id, script, setupKey = ['lock']) => {
      const setup = { script: `printf x >> '${counter}'\n${script}`, env: {}, logFile: join(sandbox.folder, `${id}.log`) };
      return sandbox.request({ id, runId: `run-${id}`, ready: { setup, setupKey, direnv: 'off' } });
    },
    count: () => (existsSync(counter) ? readFileSync(counter, 'utf8').length : 0),
    store,
    kept: () => (existsSync(store()) ? readdirSync(store()).sort() : []),
  };
}

const INSTALL = `
mkdir -p node_modules/.bin node_modules/pkg/empty src/generated
echo 'echo hi' > node_modules/pkg/cli.sh; chmod 755 node_modules/pkg/cli.sh
ln -s ../pkg/cli.sh node_modules/.bin/cli; ln -s /etc/passwd node_modules/away
echo g > src/generated/g; echo 'a b' > 'src/a c.txt'
`;

function wasReused({ prepared }: EnsuredWorkspace): boolean | null {
  const [event] = prepared;
  return event?.type === 'workspace.setup-finished' ? event.reused : null;
}

for (const kind of KINDS) {
  test(`${kind}: the next workspace gets what the first one's set-up made, as it was`, { skip: missingFor(kind) }, async () => {
    const { source, manager, asked, count, leftovers } = makeStoreSandbox(kind);
    const workspaces = manager();
    const first = await workspaces.ensure(asked('w1', INSTALL));
    assert.deepEqual([wasReused(first), count()], [false, 1]);
    writeFileSync(join(first.workspace.path, 'node_modules/pkg/cli.sh'), 'changed by a step');
    const second = await workspaces.ensure(asked('w2', INSTALL));
    assert.deepEqual([wasReused(second), count(), second.warnings], [true, 1, first.warnings]);
    const { path } = second.workspace;
    assert.equal(readFileSync(join(path, 'node_modules/pkg/cli.sh'), 'utf8'), 'echo hi\n');
    assert.equal(statSync(join(path, 'node_modules/pkg/cli.sh')).mode & 0o777, 0o755);
    assert.equal(readlinkSync(join(path, 'node_modules/.bin/cli')), '../pkg/cli.sh');
    assert.equal(readlinkSync(join(path, 'node_modules/away')), '/etc/passwd');
    assert.ok(lstatSync(join(path, 'node_modules/pkg/empty')).isDirectory());
    assert.equal(readFileSync(join(path, 'src/generated/g'), 'utf8'), 'g\n');
    assert.equal(readFileSync(join(path, 'src/a c.txt'), 'utf8'), 'a b\n');
    assert.equal((await workspaces.ensure(asked('w2', INSTALL))).prepared.length, 0);
    for (const { workspace } of [first, second]) await workspaces.remove(workspace);
    assert.deepEqual(registered(kind, source), []);
    assert.ok(leftovers().every((path_) => path_.startsWith('.setup') || path_ === '.state'));
  });
}

test('in a copy what its set-up made is no work that would have to be kept', async () => {
  const { manager, asked } = makeStoreSandbox('copy');
  const workspaces = manager();
  for (const id of ['w1', 'w2']) {
    const { workspace } = await workspaces.ensure(
      asked(id, `${INSTALL}echo more >> README.md`, id === 'w1' ? [] : ['README.md']),
    );
    assert.equal(await workspaces.remove(workspace), null);
  }
});

test('it is made anew when a file of the key, a value or the script is another, and kept by each', async () => {
  const { source, manager, asked, count, kept } = makeStoreSandbox('git');
  const workspaces = manager();
  let id = 0;
  const ensure = async (script = INSTALL): Promise<boolean | null> =>
    wasReused(await workspaces.ensure(asked(`w${id++}`, script)));
  assert.deepEqual([await ensure(), await ensure()], [false, true]);
  writeFileSync(join(source, 'lock'), '1');
  commitAll(source);
  assert.deepEqual([await ensure(), await ensure()], [false, true]);
  assert.equal(await ensure(`${INSTALL}#`), false);
  rmSync(join(source, 'lock'));
  commitAll(source);
  assert.equal(await ensure(), true, 'as it was without the file');
  assert.deepEqual([count(), kept().length], [3, 3]);
});

test('without setup_key it runs in each new workspace', async () => {
  const { manager, asked, count, kept } = makeStoreSandbox('git');
  for (const id of ['w1', 'w2']) await manager().ensure(asked(id, INSTALL, []));
  assert.deepEqual([count(), kept()], [2, []]);
});

test('a file of the key that it changes is part of what is kept, and no reason to do it again', async () => {
  const { source, manager, asked, count } = makeStoreSandbox('git');
  writeFileSync(join(source, 'lock'), '1\n');
  commitAll(source);
  const workspaces = manager();
  const script = 'echo 2 >> lock; mkdir made';
  await workspaces.ensure(asked('w1', script));
  assert.deepEqual((await workspaces.ensure(asked('w1', script))).prepared, []);
  const second = await workspaces.ensure(asked('w2', script));
  assert.deepEqual([wasReused(second), count()], [true, 1]);
  assert.equal(readFileSync(join(second.workspace.path, 'lock'), 'utf8'), '1\n2\n');
  assert.deepEqual((await workspaces.ensure(asked('w2', script))).prepared, []);
});

for (const [script, why] of [
  ['rm README.md; touch made', 'it removed `README.md`'],
  ['echo x >> README.md; touch made', 'it changed `README.md`, which is not in `setup_key`'],
  ['chmod 700 src; touch made', 'it changed `src`, which is not in `setup_key`'],
  ['rm README.md; mkdir README.md', 'it removed `README.md`'],
  ['mkdir sub; echo "gitdir: /x" > sub/.git', 'it made a checkout that cannot be copied: `sub/.git`'],
  ['mkfifo pipe', 'it made `pipe`, which is neither a file nor a folder'],
] as const) {
  test(`what \`${script}\` does is not kept, and the user is told why`, async () => {
    const { manager, asked, count, kept } = makeStoreSandbox('git');
    for (const id of ['w1', 'w2']) {
      const given = await manager().ensure(asked(id, script));
      assert.deepEqual(given.warnings, [`what the set-up of the workspace made is not kept for the next one: ${why}`]);
      assert.equal(wasReused(given), false);
    }
    assert.deepEqual([count(), kept()], [2, []]);
  });
}

test('one that leaves no trace in the workspace runs each time, and nothing is said', async () => {
  const { manager, asked, count, kept } = makeStoreSandbox('git');
  for (const id of ['w1', 'w2']) assert.deepEqual((await manager().ensure(asked(id, 'true'))).warnings, []);
  assert.deepEqual([count(), kept()], [2, []]);
});

test('where something stands in its way the script runs instead, and nothing is overwritten', async () => {
  const { source, manager, asked, count } = makeStoreSandbox('git');
  const script = 'mkdir -p made; test -e made/a || echo setup > made/a';
  await manager().ensure(asked('w1', script));
  writeFile(join(source, 'made/a'), 'base\n');
  commitAll(source);
  const { workspace, prepared } = await manager().ensure(asked('w2', script));
  assert.equal(wasReused({ prepared } as EnsuredWorkspace), false);
  assert.deepEqual([count(), readFileSync(join(workspace.path, 'made/a'), 'utf8')], [2, 'base\n']);
});

test('nothing is put through a link that the base has in the place of a folder', async () => {
  const { folder, source, manager, asked, count } = makeStoreSandbox('git');
  await manager().ensure(asked('w1', 'mkdir -p src/deep/new; echo x > src/deep/new/file'));
  writeFile(join(folder, 'outside/run.sh'), '');
  rmSync(join(source, 'src/deep'), { recursive: true });
  symlinkSync(join(folder, 'outside'), join(source, 'src/deep'));
  commitAll(source);
  await assert.rejects(
    manager().ensure(asked('w2', 'mkdir -p src/deep/new; echo x > src/deep/new/file; exit 1')),
    { code: 'workspace-setup-failed' },
    'another script, so that only the store could have written there',
  );
  rmSync(join(folder, 'outside/new'), { recursive: true });
  await manager().ensure(asked('w3', 'mkdir -p src/deep/new; echo x > src/deep/new/file'));
  assert.equal(count(), 3, 'it was the script that wrote there');
});

function dieAt({ root }: Sandbox, request: WorkspaceRequest, checkpoint: Checkpoint): void {
  const options: DieAt = { root, checkpoint, request, removes: false };
  const { signal, stderr } = spawnSync(process.execPath, [DIE_AT, JSON.stringify(options)], { encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL', stderr);
}

for (const checkpoint of ['setup-run', 'setup-copied', 'made-ready'] as const) {
  test(`after a crash at ${checkpoint} nothing half-kept is used, and nothing of it stays`, async () => {
    const sandbox = makeStoreSandbox('git');
    const { manager, asked, count, kept, store } = sandbox;
    dieAt(sandbox, asked('w1', INSTALL), checkpoint);
    const isKept = checkpoint === 'made-ready';
    if (checkpoint === 'setup-copied') assert.match(kept()[0] ?? '', /^\.new-w1-[0-9a-f]{8}$/);
    const given = await manager().ensure(asked('w1', INSTALL));
    assert.deepEqual([wasReused(given), count()], [isKept, isKept ? 1 : 2]);
    assert.match(kept().join(), /^[0-9a-f]{64}$/);
    assert.equal(readFileSync(join(store(), kept()[0] ?? '', 'tree/src/generated/g'), 'utf8'), 'g\n');
  });
}

test('what a crash left under way is also removed when its workspace never comes again', async () => {
  const sandbox = makeStoreSandbox('git');
  const { source, root, manager, asked, kept } = sandbox;
  dieAt(sandbox, asked('w1', INSTALL), 'setup-copied');
  const path = join(root, namespaceOf(source), 'w1');
  await manager().remove({ id: 'w1', path, provider: 'git', from: source, base: null, why: '' });
  assert.deepEqual(kept(), []);
});

test('an entry that says nothing is not used, and replaced', async () => {
  const { manager, asked, count, kept, store } = makeStoreSandbox('git');
  await manager().ensure(asked('w1', INSTALL));
  const place = join(store(), kept()[0] ?? '', 'kept.json');
  writeFileSync(place, '');
  assert.equal(wasReused(await manager().ensure(asked('w2', INSTALL))), false);
  assert.equal(wasReused(await manager().ensure(asked('w3', INSTALL))), true);
  assert.deepEqual([count(), kept().length], [2, 1]);
});

test('two that come to be at once both have what they need, and one entry is kept', async () => {
  const { manager, asked, kept } = makeStoreSandbox('git');
  const made = await Promise.all(['w1', 'w2', 'w3'].map((id) => manager().ensure(asked(id, INSTALL))));
  for (const { workspace } of made) assert.ok(existsSync(join(workspace.path, 'node_modules/pkg/cli.sh')));
  assert.match(kept().join(), /^[0-9a-f]{64}$/);
});

test('without room to keep it the workspace is there all the same, and the user is told', async (t) => {
  const disk = smallDisk(t, 3_000_000);
  if (disk === null) return;
  const { source, manager, asked } = makeStoreSandbox('git');
  const root = join(disk.path, 'root');
  const given = await manager({ root }).ensure(asked('w1', 'head -c 1800000 /dev/zero > big'));
  assert.match(given.warnings.join(), /not kept for the next one: no room left on the disk/);
  assert.equal(statSync(join(given.workspace.path, 'big')).size, 1_800_000);
  assert.deepEqual(readdirSync(join(root, namespaceOf(source), '.setup')), []);
});

test('what nobody has used for a month is dropped, and the oldest beyond a few', async () => {
  const { manager, asked, kept, store } = makeStoreSandbox('git');
  const nowMs = Date.now();
  await manager().ensure(asked('w1', INSTALL));
  const old = kept()[0] ?? '';
  const monthAgo = nowMs / 1000 - 31 * 86_400;
  utimesSync(join(store(), old, 'kept.json'), monthAgo, monthAgo);
  await manager().ensure(asked('w2', `${INSTALL}#`));
  assert.equal(kept().length, 1);
  assert.equal(kept().includes(old), false);

  const hour = 3_600_000;
  const used = (hours: number, key = `k${hours}`): { key: string; usedMs: number } => ({ key, usedMs: nowMs - hours * hour });
  assert.deepEqual(decideDropped([used(2), used(800), used(719)], nowMs), ['k800']);
  assert.deepEqual(
    decideDropped(
      [10, 9, 8, 7, 6, 5, 4, 3, 2].map((hours) => used(hours)),
      nowMs,
    ),
    ['k10'],
  );
  const justUsed = Array.from({ length: 12 }, (_, i) => used(i / 20, `now${i}`));
  assert.deepEqual(decideDropped(justUsed, nowMs), [], 'somebody may be copying them');
});

test('only what is new counts, by its topmost folder', () => {
  const file = (mark: string): TreeEntry => ({ kind: 'file', mark });
  const folder: TreeEntry = { kind: 'folder', mark: '493' };
  const before = new Map([
    ['a', folder],
    ['a/x', file('1')],
    ['lock', file('1')],
  ]);
  const after = new Map([
    ...before,
    ['lock', file('2')],
    ['a/new', folder],
    ['a/new/deep', folder],
    ['a/new/deep/f', file('1')],
    ['b', file('1')],
    ['b.git', file('1')],
  ]);
  assert.deepEqual(decideKept({ before, after, paths: ['lock'] }), {
    kind: 'keep',
    made: ['a/new', 'b', 'b.git'],
    changed: ['lock'],
  });
  assert.deepEqual(decideKept({ before, after, paths: ['loc'] }).kind, 'leave');
});
