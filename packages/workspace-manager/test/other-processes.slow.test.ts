// Several engines at once, and what engines that are gone have left: processes whose numbers belong to others by now.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';

import type { DieAt } from './programs/die-at.ts';
import type { HoldOptions } from './programs/hold.ts';
import { KINDS, makeSandbox, missingFor, registered } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const program = (name: string): string => join(import.meta.dirname, 'programs', name);

interface Engine {
  readonly child: ChildProcess;
  readonly answer: Promise<{ readonly reused?: boolean; readonly refused?: string; readonly message?: string }>;
  readonly ended: Promise<unknown>;
}

/** Starts an engine in a process of its own. */
function engine({ root, request }: Sandbox, runId: string, removes = false): Engine {
  const options: HoldOptions = { root, request: request({ runId }), removes };
  const child = spawn(process.execPath, [program('hold.ts'), JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answer = once(child.stdout, 'data').then(([text]) => JSON.parse(String(text)));
  return { child, answer, ended: once(child, 'close') };
}

for (const kind of KINDS) {
  const check = (title: string, body: (sandbox: Sandbox, t: TestContext) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, (t) => body(makeSandbox(kind), t));
  };

  check('of engines that want one new workspace at once one has it, the others are told by whom', async (sandbox) => {
    const engines = ['r1', 'r2', 'r3', 'r4'].map((runId) => engine(sandbox, runId));
    const answers = await Promise.all(engines.map(({ answer }) => answer));
    const refused = answers.filter((answer) => answer.refused !== undefined);
    assert.deepEqual(
      refused.map((answer) => answer.refused),
      ['workspace-busy', 'workspace-busy', 'workspace-busy'],
    );
    const owner = engines[answers.findIndex(({ reused }) => reused === false)];
    for (const { message } of refused) assert.match(message ?? '', new RegExp(`in use by .*process ${owner?.child.pid} `));
    for (const { child } of engines) child.stdin?.end();
    await Promise.all(engines.map(({ ended }) => ended));
    assert.equal((await sandbox.manager().ensure(sandbox.request())).reused, true);
  });

  check('a workspace is free at once when the engine that has it is killed', async (sandbox) => {
    const first = engine(sandbox, 'r1');
    assert.deepEqual(await first.answer, { reused: false });
    first.child.kill('SIGKILL');
    await first.ended;
    const second = engine(sandbox, 'r2', true);
    assert.deepEqual(await second.answer, { reused: true });
    second.child.stdin?.end();
    await second.ended;
    assert.deepEqual([sandbox.leftovers(), registered(kind, sandbox.source)], [['.state'], []]);
  });

  check('a stranger’s process that has the number of a dead worker is not signalled', async (sandbox, t) => {
    const { source, root, request, manager } = sandbox;
    const stranger = spawn('sh', ['-c', 'echo ready; exec sleep 1000'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(() => stranger.kill('SIGKILL'));
    await once(stranger.stdout, 'data');
    const options: DieAt = { root, checkpoint: 'folder-made', request: request(), removes: false };
    spawnSync(process.execPath, [program('die-at.ts'), JSON.stringify(options)]);
    const recordFile = join(root, namespaceOf(source), '.state/w1.json');
    const record = JSON.parse(readFileSync(recordFile, 'utf8')) as { phase: string };
    assert.equal(record.phase, 'creating');
    writeFileSync(recordFile, JSON.stringify({ ...record, worker: stranger.pid }));
    const { workspace, reused } = await manager().ensure(request());
    assert.deepEqual([reused, existsSync(join(workspace.path, 'README.md'))], [false, true]);
    assert.deepEqual([stranger.exitCode, stranger.signalCode], [null, null]);
  });

  check('a clock that was set back, or far ahead, changes nothing', async ({ manager, request, leftovers }) => {
    const first = manager({ nowMs: () => 4e12 });
    await first.release((await first.ensure(request())).workspace, 'done');
    const second = manager({ nowMs: () => 0 });
    const { workspace, reused } = await second.ensure(request());
    assert.equal(reused, true);
    await second.remove(workspace);
    assert.deepEqual(leftovers(), ['.state']);
  });
}
