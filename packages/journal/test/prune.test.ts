import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import {
  acquireLock,
  findPrunedState,
  newRunId,
  openBlobs,
  openHistory,
  pruneState,
  sizeOfFolder,
} from '@workflow-platform/journal';
import type { PruneCriteria, PrunedState, StatePaths } from '@workflow-platform/journal';

import { STARTED, finished, inOrder } from './event-builders.ts';
import {
  DAY_MS,
  NOW_MS,
  addRuns,
  criteria,
  everythingIn,
  filesIn,
  makeOld,
  newScratch,
  newState,
  troublesOf,
} from './old-state.ts';

const scratch = newScratch('prune');
after(() => rmSync(scratch, { recursive: true }));

/** Begun while another one is going on. */
const prunings: Promise<PrunedState>[] = [];

function runsIn(paths: StatePaths): readonly string[] {
  const history = openHistory({ folder: paths.folder, mode: 'read' });
  const ids = history.runIds();
  history.close();
  return ids;
}

async function pruned(paths: StatePaths, asked: PruneCriteria): Promise<readonly string[]> {
  const { runs } = await pruneState(paths, asked);
  return runs.flatMap(({ id, within }) => [id, ...within]);
}

test('runs older than the policy go with all that is theirs, others stay whole', async () => {
  const paths = newState(scratch);
  const [old, young] = await addRuns(paths, [
    { daysAgo: 40, artifact: { text: 'old' }, plan: '{"steps":[1]}' },
    { daysAgo: 5, artifact: { text: 'young' } },
  ]);
  assert.deepEqual(await pruned(paths, criteria({ runsMs: 30 * DAY_MS })), [old]);
  assert.deepEqual([runsIn(paths), readdirSync(paths.runsFolder)], [[young], [young]]);
  assert.equal(filesIn(paths.blobsFolder).length, 1);
  assert.deepEqual(await troublesOf(paths), []);
  assert.deepEqual(await pruned(paths, criteria({ runsMs: 30 * DAY_MS })), []);
});

test('runs that are not over are never touched, however old, nor one whose lock is held', async (t) => {
  const paths = newState(scratch);
  const [waiting, held] = await addRuns(paths, [{ daysAgo: 400, isOver: false }, { daysAgo: 300 }]);
  const lock = acquireLock(join(paths.runFolder(held!), 'owner.lock'), { owner: 'a resume' });
  assert.ok('release' in lock);
  t.after(() => lock.release());
  const { runs, logs, spared } = await pruneState(paths, criteria({ runsMs: 0, logsMs: 0 }));
  assert.deepEqual([runs, logs], [[], []]);
  assert.deepEqual(
    spared.map(({ id }) => id),
    [held, held].slice(0, spared.length),
  );
  assert.match(spared[0]?.why ?? '', /held by a resume/);
  assert.deepEqual(runsIn(paths), [waiting, held]);
});

test('a run that is taken up between a look and its removal stays', async () => {
  const paths = newState(scratch);
  const [run] = await addRuns(paths, [{ daysAgo: 40 }]);
  const { runs, spared } = await pruneState(paths, criteria({ runsMs: 0 }), (place) => {
    if (place !== 'runs-locked') return;
    const history = openHistory({ folder: paths.folder, mode: 'write' });
    history.append(inOrder(run!, [{ type: 'run.resumed', engine: { version: '1', host: 'h', pid: 1 }, by: 'ana' }], 5));
    history.close();
  });
  assert.deepEqual([runs, spared.map(({ why }) => why)], [[], ['it changed meanwhile']]);
  assert.deepEqual(await troublesOf(paths), []);
});

test('of two prunings at once each leaves nothing behind', async () => {
  const paths = newState(scratch);
  await addRuns(paths, [{ daysAgo: 40 }, { daysAgo: 39 }, { daysAgo: 20 }]);
  const asked = criteria({ runsMs: 30 * DAY_MS, logsMs: 10 * DAY_MS });
  let isFirst = true;
  const { runs, spared } = await pruneState(paths, asked, (place) => {
    if (place !== 'found' || !isFirst) return;
    isFirst = false;
    prunings.push(pruneState(paths, criteria({ runsMs: 0 })));
  });
  const others = await Promise.all(prunings.splice(0));
  assert.deepEqual([runs, spared, others[0]?.runs.length], [[], [], 3]);
  assert.deepEqual(readdirSync(paths.runsFolder), []);
});

test('the last runs of each workflow stay', async () => {
  const paths = newState(scratch);
  const ids = await addRuns(paths, [
    { daysAgo: 50 },
    { daysAgo: 40 },
    { daysAgo: 30 },
    { daysAgo: 20, workflow: 'other' },
    { daysAgo: 10, workflow: 'other', isOver: false },
  ]);
  assert.deepEqual(await pruned(paths, criteria({ runsMs: DAY_MS, keepLast: 2 })), [ids[0]]);
  assert.deepEqual(await pruned(paths, criteria({ runsMs: DAY_MS, keepLast: 1 })), [ids[1], ids[3]]);
});

test('only runs of the workflow that is named go', async () => {
  const paths = newState(scratch);
  const ids = await addRuns(paths, [
    { daysAgo: 50 },
    { daysAgo: 40, workflow: 'other', artifact: { text: 'x', keptDays: 1 } },
    { daysAgo: 30, artifact: { text: 'y', keptDays: 1 } },
  ]);
  const found = findPrunedState(paths, criteria({ runsMs: 45 * DAY_MS, workflow: 'review' }));
  assert.deepEqual([found.runs.map(({ id }) => id), found.artifacts.map(({ runId }) => runId)], [[ids[0]], [ids[2]]]);
});

test('runs within a run go with it and not without it', async () => {
  const paths = newState(scratch);
  const [outer] = await addRuns(paths, [{ daysAgo: 20 }]);
  const [inner] = await addRuns(paths, [{ daysAgo: 60, workflow: 'inner', parent: outer! }]);
  const [innermost] = await addRuns(paths, [{ daysAgo: 70, workflow: 'inner', parent: inner!, isOver: false }]);
  assert.deepEqual(await pruned(paths, criteria({ runsMs: 50 * DAY_MS })), []);
  const { runs, spared } = await pruneState(paths, criteria({ runsMs: 10 * DAY_MS }));
  assert.deepEqual([runs, spared.map(({ id }) => id)], [[], [outer]]);
  const history = openHistory({ folder: paths.folder, mode: 'write' });
  history.append([{ runId: innermost!, seq: 4, atMs: NOW_MS, event: finished() }]);
  history.close();
  assert.deepEqual((await pruned(paths, criteria({ runsMs: 10 * DAY_MS }))).toSorted(), [outer, inner, innermost].toSorted());
  assert.deepEqual([runsIn(paths), readdirSync(paths.runsFolder)], [[], []]);
});

test('logs go earlier than their run, and the history knows when', async () => {
  const paths = newState(scratch);
  const [old, young] = await addRuns(paths, [{ daysAgo: 40 }, { daysAgo: 5 }]);
  const { logs } = await pruneState(paths, criteria({ logsMs: 30 * DAY_MS }));
  assert.deepEqual(
    logs.map(({ runId }) => runId),
    [old],
  );
  assert.deepEqual(readdirSync(paths.runsFolder), [young]);
  const history = openHistory({ folder: paths.folder, mode: 'read' });
  assert.deepEqual([history.logsPrunedMs(old!), history.logsPrunedMs(young!)], [NOW_MS, null]);
  assert.equal(history.readEvents(old!).length, 4);
  history.close();
  assert.deepEqual((await pruneState(paths, criteria({ logsMs: 30 * DAY_MS }))).logs, []);
});

test('a run that goes on after its logs were pruned has logs again, which are pruned in their turn', async () => {
  const paths = newState(scratch);
  const [run] = await addRuns(paths, [{ daysAgo: 40 }]);
  await pruneState(paths, criteria({ logsMs: 30 * DAY_MS }));
  const history = openHistory({ folder: paths.folder, mode: 'write' });
  const more = inOrder(run!, [{ type: 'run.resumed', engine: { version: '1', host: 'h', pid: 1 }, by: 'ana' }, finished()], 5);
  history.append(more.map((envelope) => ({ ...envelope, atMs: NOW_MS + 1 })));
  history.close();
  mkdirSync(paths.runFolder(run!), { recursive: true });
  writeFileSync(join(paths.runFolder(run!), '2.log'), 'again');
  assert.deepEqual(findPrunedState(paths, criteria()).folders, []);
  const later = { ...criteria({ logsMs: DAY_MS }), nowMs: NOW_MS + 2 * DAY_MS };
  assert.deepEqual(
    (await pruneState(paths, later)).logs.map(({ runId }) => runId),
    [run],
  );
});

test('an artifact is kept for as long as its workflow says, and its run with it; then its file goes', async () => {
  const paths = newState(scratch);
  const [short, long] = await addRuns(paths, [
    { daysAgo: 40, artifact: { text: 'short', keptDays: 30 } },
    { daysAgo: 40, artifact: { text: 'long', keptDays: 90 } },
  ]);
  const found = findPrunedState(paths, criteria({ runsMs: 20 * DAY_MS }));
  assert.deepEqual([found.runs.map(({ id }) => id), found.spared.map(({ id }) => id)], [[short], [long]]);
  const result = await pruneState(paths, criteria({ artifactsMs: DAY_MS }));
  assert.deepEqual([result.runs, result.artifacts.map(({ runId }) => runId), result.blobs.length], [[], [short], 1]);
  const history = openHistory({ folder: paths.folder, mode: 'read' });
  assert.deepEqual([history.artifactsOf(short!)[0]?.prunedMs, history.artifactsOf(long!)[0]?.prunedMs], [NOW_MS, null]);
  history.close();
  assert.deepEqual(await troublesOf(paths), []);
});

test('artifacts that say nothing go by the policy; a file that another run keeps stays', async () => {
  const paths = newState(scratch);
  const [old] = await addRuns(paths, [
    { daysAgo: 40, artifact: { text: 'same' } },
    { daysAgo: 30, artifact: { text: 'alone' } },
    { daysAgo: 2, artifact: { text: 'same' } },
  ]);
  const { artifacts, blobs } = await pruneState(paths, criteria({ artifactsMs: 20 * DAY_MS }));
  assert.deepEqual([artifacts.length, artifacts[0]?.runId, blobs.map(({ sizeBytes }) => sizeBytes)], [2, old, [5]]);
  assert.deepEqual(await troublesOf(paths), []);
});

test('beyond a size the oldest runs go, and no more than it takes', async () => {
  const paths = newState(scratch);
  const ids = await addRuns(
    paths,
    Array.from({ length: 6 }, (_, index) => ({ daysAgo: 6 - index })),
  );
  for (const id of ids) writeFileSync(join(paths.runFolder(id), '2.log'), 'x'.repeat(1_000_000));
  const rest = sizeOfFolder(paths.historyFile) + sizeOfFolder(`${paths.historyFile}-wal`);
  assert.deepEqual(await pruned(paths, criteria({ sizeBytesMax: rest + 3_500_000 })), ids.slice(0, 3));
});

test('what would be pruned is what is pruned, to the byte', async () => {
  const paths = newState(scratch);
  const ids = await addRuns(
    paths,
    Array.from({ length: 12 }, (_, index) => ({
      daysAgo: 12 - index,
      artifact: { text: 'y'.repeat(index * 100) },
      plan: `{"n":${index}}`,
    })),
  );
  for (const [index, id] of ids.entries()) writeFileSync(join(paths.runFolder(id), '2.log'), 'x'.repeat(index * 1000));
  const asked = criteria({ runsMs: 8 * DAY_MS, logsMs: 5 * DAY_MS, artifactsMs: 3 * DAY_MS });
  const before = everythingIn(paths);
  const found = findPrunedState(paths, asked);
  assert.deepEqual(everythingIn(paths), before, 'a look changes nothing');
  const sizeBefore = sizeOfFolder(paths.runsFolder) + sizeOfFolder(paths.blobsFolder);
  const { fileBytes, ...result } = await pruneState(paths, asked);
  assert.deepEqual(result, found);
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  const told = sum([
    ...found.runs.map((run) => run.folderBytes),
    ...found.logs.map((log) => log.sizeBytes),
    ...found.blobs.map((blob) => blob.sizeBytes),
  ]);
  assert.equal(sizeBefore - sizeOfFolder(paths.runsFolder) - sizeOfFolder(paths.blobsFolder), told);
  assert.ok(found.runs.length > 0 && found.logs.length > 0 && found.artifacts.length > 0 && fileBytes >= 0);
  assert.deepEqual(await troublesOf(paths), []);
});

test('folders of no run go when they are a day old and nobody holds them; what has another name stays', async (t) => {
  const paths = newState(scratch);
  await addRuns(paths, [{ daysAgo: 1 }]);
  const id = (daysAgo: number, chance: number): string => newRunId(NOW_MS - daysAgo * DAY_MS, new Uint8Array([9, 9, 9, chance]));
  const [old, young, held] = [id(3, 1), id(0.5, 2), id(3, 3)];
  for (const name of [old, young, held, 'mine']) mkdirSync(join(paths.runsFolder, name));
  const lock = acquireLock(join(paths.runFolder(held), 'owner.lock'), { owner: 'an engine' });
  assert.ok('release' in lock);
  t.after(() => lock.release());
  const { folders } = await pruneState(paths, criteria());
  assert.deepEqual(
    [folders.map(({ runId }) => runId), [old, young, held, 'mine'].map((name) => existsSync(join(paths.runsFolder, name)))],
    [[old], [false, true, true, true]],
  );
});

test('folders are looked through once a day, and after a pruning that came to no end', async () => {
  const paths = newState(scratch);
  await addRuns(paths, [{ daysAgo: 40 }, { daysAgo: 1 }]);
  const left = newRunId(NOW_MS - 3 * DAY_MS, new Uint8Array([9, 9, 9, 9]));
  const found = (nowMs = NOW_MS): number =>
    findPrunedState(paths, { ...criteria(), nowMs }).folders.filter(({ runId }) => runId === left).length;
  await pruneState(paths, criteria());
  mkdirSync(join(paths.runsFolder, left));
  assert.deepEqual([found(), found(NOW_MS + DAY_MS)], [0, 1]);
  await pruneState(paths, criteria({ logsMs: 5 * DAY_MS }));
  assert.deepEqual([found(), found(NOW_MS + DAY_MS)], [0, 1], 'a pruning that did not look notes no look');
  const interrupted = pruneState(paths, criteria({ runsMs: 30 * DAY_MS }), (place) => {
    if (place === 'runs-locked') throw new Error('here it ends');
  });
  await assert.rejects(interrupted, /here it ends/);
  assert.equal(found(), 1);
});

test('a file of the store that somebody puts there again while it is about to go is there', async () => {
  const paths = newState(scratch);
  await addRuns(paths, [{ daysAgo: 40, artifact: { text: 'wanted again' } }]);
  const source = join(paths.folder, 'source');
  const blobs = openBlobs(paths.blobsFolder);
  let again: Promise<{ digest: string }> | undefined;
  // Before it lost its name: the sweep sees the touch.
  const [file] = filesIn(paths.blobsFolder);
  const touching = await pruneState(paths, criteria({ runsMs: 0 }), (place) => {
    if (place === 'blob-set-aside') makeOld(join(paths.blobsFolder, 'aside', file!.split('/').at(-1)!), NOW_MS);
  });
  assert.deepEqual([touching.blobs, existsSync(file!)], [[], true]);
  // Behind that: there is no such name, and it is stored anew.
  makeOld(file!, NOW_MS - 2 * DAY_MS);
  const storing = await pruneState(paths, criteria({ runsMs: 0 }), (place) => {
    if (place === 'blob-removed') again = blobs.put(source);
  });
  assert.equal(storing.blobs.length, 1);
  assert.equal(await blobs.verify((await again!).digest), 'intact');
});

test('what an interrupted sweep left aside is found by readers', async () => {
  const paths = newState(scratch);
  await addRuns(paths, [{ daysAgo: 1, artifact: { text: 'aside' } }]);
  const [file] = filesIn(paths.blobsFolder);
  const digest = file!.split('/').at(-1)!;
  const { renameSync } = await import('node:fs');
  mkdirSync(join(paths.blobsFolder, 'aside'));
  renameSync(file!, join(paths.blobsFolder, 'aside', digest));
  assert.equal(await openBlobs(paths.blobsFolder).verify(digest), 'intact');
  assert.ok(existsSync(file!));
});

test('a run that was pruned under a resume says so', async () => {
  const paths = newState(scratch);
  const [run] = await addRuns(paths, [{ daysAgo: 40 }]);
  const history = openHistory({ folder: paths.folder, mode: 'write' });
  assert.equal(history.readEvents(run!).length, 4);
  await pruneState(paths, criteria({ runsMs: 0 }));
  assert.throws(() => history.append(inOrder(run!, [STARTED], 5)), { name: 'UserError', code: 'run-not-found' });
  history.close();
});

test('the file gets shorter when much of it is free', async () => {
  const paths = newState(scratch);
  await addRuns(paths, [...Array.from({ length: 10 }, () => ({ daysAgo: 40, weight: 500_000 })), { daysAgo: 1 }]);
  const before = statSync(paths.historyFile).size;
  const { fileBytes } = await pruneState(paths, criteria({ runsMs: 30 * DAY_MS }));
  openHistory({ folder: paths.folder, mode: 'write' }).close();
  assert.ok(fileBytes > 4_000_000, `${fileBytes} bytes of ${before}`);
  assert.deepEqual(await troublesOf(paths), []);
});

test('there is nothing to prune where there is no history, and looking makes none', async () => {
  const paths = newState(scratch);
  assert.deepEqual(
    [findPrunedState(paths, criteria()).runs, (await pruneState(paths, criteria())).runs, existsSync(paths.historyFile)],
    [[], [], false],
  );
});
