import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CacheEntry } from '@workflow-platform/events';
import { listCacheEntries, openStepCache, removeCacheEntries, removeCacheEntry, stepCacheFolder } from '../src/index.ts';
import type { StepCachePlace } from '../src/index.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makePlace(): StepCachePlace & { readonly base: string } {
  const base = mkdtempSync(join(tmpdir(), 'step-cache-'));
  folders.push(base);
  return { base, folder: join(base, 'steps'), keyFile: join(base, 'state/step-cache.key') };
}

const step = { workflow: 'w', step: 'build' };
const keyOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('hex');

/** Keeps a result with one file. */
async function keep(place: StepCachePlace & { readonly base: string }, name: string, content: string): Promise<CacheEntry> {
  const store = openStepCache(place);
  const work = store.open();
  const from = join(place.base, `from-${name}`);
  writeFileSync(from, content);
  const { digest, sizeBytes, mode } = await store.keep(from, work, []);
  const parts = store.keepText(`{"values":[],"files":[["${name}","x"]]}`, work);
  const made = { ...step, runId: 'r', atMs: 1 };
  const files = [{ kind: 'file', path: 'out/f', digest, sizeBytes, mode }] as const;
  const entry = {
    key: keyOf(name),
    made,
    exitCode: 0,
    durationMs: 5,
    outputs: { n: '1' },
    files,
    replaced: [],
    log: null,
    parts,
  };
  store.save(entry, work);
  work.close();
  return entry;
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
}

describe('the store', () => {
  it('is made when it is first used, for its user alone', async () => {
    const place = makePlace();
    const store = openStepCache(place);
    assert.equal(store.find(keyOf('a')), 'none');
    assert.deepEqual(listCacheEntries(place), []);
    assert.deepEqual(readdirSync(place.base), []);
    const entry = await keep(place, 'a', 'text');
    assert.deepEqual(store.find(entry.key), entry);
    assert.equal(statSync(place.folder).mode & 0o777, 0o700);
    assert.equal(statSync(place.keyFile).mode & 0o777, 0o600);
    for (const path of pathsBelow(place.folder)) assert.equal(statSync(join(place.folder, path)).mode & 0o077, 0, path);
  });

  it('lies in the cache folder by the XDG rules', () => {
    assert.equal(stepCacheFolder({ XDG_CACHE_HOME: '/c', HOME: '/h' }), '/c/workflow/steps');
    assert.equal(stepCacheFolder({ XDG_CACHE_HOME: 'c', HOME: '/h' }), '/h/.cache/workflow/steps');
  });

  it('has the same digests for the same machine, others for another one, and none that tell the text', () => {
    const [here, there] = [makePlace(), makePlace()];
    assert.equal(openStepCache(here).digest('x'), openStepCache(here).digest('x'));
    assert.notEqual(openStepCache(here).digest('x'), openStepCache(there).digest('x'));
  });

  it('takes no entry that was damaged, or made on another machine, and removes it', async () => {
    const damages: readonly ((path: string) => void)[] = [
      (path) => truncateSync(path, 0),
      (path) => truncateSync(path, statSync(path).size - 3),
      (path) => appendFileSync(path, '\n'),
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('out/f', 'out/g')),
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('out/f', '../f')),
    ];
    for (const [index, damage] of damages.entries()) {
      const place = makePlace();
      const { key } = await keep(place, 'a', 'text');
      const path = join(place.folder, 'entries', key.slice(0, 2), key);
      damage(path);
      assert.equal(openStepCache(place).find(key), 'damaged', String(index));
      assert.equal(openStepCache(place).find(key), 'none');
    }
    const place = makePlace();
    const { key } = await keep(place, 'a', 'text');
    rmSync(place.keyFile);
    assert.equal(openStepCache(place).find(key), 'damaged');
  });

  it('gives out no content that is gone, short, changed, or a link to something else', async () => {
    const damages: readonly ((path: string) => void)[] = [
      (path) => rmSync(path),
      (path) => writeFileSync(path, ''),
      (path) => writeFileSync(path, 'texT'),
      (path) => {
        rmSync(path);
        symlinkSync('/etc/passwd', path);
      },
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ];
    for (const [index, damage] of damages.entries()) {
      const place = makePlace();
      const entry = await keep(place, 'a', 'text');
      const [file] = entry.files;
      assert.ok(file?.kind === 'file');
      const path = join(place.folder, 'blobs', file.digest.slice(0, 2), file.digest);
      chmodSync(path, 0o600);
      damage(path);
      assert.equal(await openStepCache(place).take(file, join(place.base, 'taken'), 0o644), false, String(index));
      // What is kept anew is whole again.
      if (index === 4) continue;
      await keep(place, 'b', 'text');
      rmSync(join(place.base, 'taken'), { force: true });
      assert.equal(await openStepCache(place).take(file, join(place.base, 'taken'), 0o644), true, String(index));
    }
  });

  it('finds a text wherever it stands in a file, and keeps such a file not', async () => {
    const place = makePlace();
    const store = openStepCache(place);
    const work = store.open();
    const path = join(place.base, 'large');
    // Across the border of two portions.
    writeFileSync(path, `${'x'.repeat(256 * 1024 - 3)}needle${'y'.repeat(10)}`);
    assert.equal((await store.keep(path, work, [Buffer.from('needle')])).isFound, true);
    assert.equal((await store.keep(path, work, [Buffer.from('noodle')])).isFound, false);
    assert.equal(pathsBelow(join(place.folder, 'blobs')).length, 1);
  });
});

describe('entries', () => {
  it('are listed with size and last use, the last used first', async () => {
    const place = makePlace();
    const [a, b] = [await keep(place, 'a', 'text'), await keep(place, 'b', 'longer text')];
    openStepCache(place).noteUse(a, step, 5_000_000);
    openStepCache(place).noteUse(b, step, 9_000_000);
    const rows = listCacheEntries(place).map(({ entry, sizeBytes, lastUsedMs }) => [entry.key, sizeBytes, lastUsedMs]);
    assert.deepEqual(rows, [
      [b.key, 11 + b.parts.sizeBytes, 9_000_000],
      [a.key, 4 + a.parts.sizeBytes, 5_000_000],
    ]);
  });

  it('go with what no other entry has', async () => {
    const place = makePlace();
    const [a, b, c] = [await keep(place, 'a', 'same'), await keep(place, 'b', 'same'), await keep(place, 'c', 'other')];
    assert.equal(removeCacheEntry(place, a.key), a.parts.sizeBytes);
    assert.deepEqual(
      openStepCache(place)
        .entriesOf(step)
        .map(({ key }) => key),
      [b.key, c.key].toSorted(),
    );
    const [file] = b.files;
    assert.ok(file?.kind === 'file');
    assert.equal(await openStepCache(place).take(file, join(place.base, 'taken'), 0o600), true);
    removeCacheEntries(place, [b.key, c.key]);
    assert.deepEqual(pathsBelow(place.folder), []);
  });

  it('are known by the step that made or took them, and by no other', async () => {
    const place = makePlace();
    const a = await keep(place, 'a', 'text');
    const other = { workflow: 'w', step: 'other' };
    assert.deepEqual(openStepCache(place).entriesOf(other), []);
    openStepCache(place).noteUse(a, other, 1);
    assert.deepEqual(openStepCache(place).entriesOf(other), [a]);
  });
});

describe('many processes at once', () => {
  const program = fileURLToPath(new URL('programs/keep-results.ts', import.meta.url));

  it('keep, take and remove the same results: whatever is found is whole, and none fails', async () => {
    const place = makePlace();
    const ends = Array.from({ length: 12 }, (_one, index) => {
      const child = spawn(process.execPath, [program, place.base, String(index)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const said = child.stdout.toArray().then((chunks) => Buffer.concat(chunks).toString());
      return new Promise<string>((resolve) => child.on('close', (code) => void said.then((text) => resolve(`${code} ${text}`))));
    });
    for (const end of await Promise.all(ends)) assert.match(end, /^0 \d+ taken, \d+ missed\n$/);
    openStepCache(place).open().close();
    assert.deepEqual(readdirSync(join(place.folder, 'incoming')), []);
  });

  it('leave nothing of what was killed: what was being made goes when the next one comes', async () => {
    const place = makePlace();
    const elsewhere = join(place.base, 'on-another-disk');
    const child = spawn(process.execPath, [program, place.base, 'hang', elsewhere], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [path = ''] = (
      await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())))
    ).split('\n');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    assert.equal(readFileSync(path, 'utf8'), 'half');
    writeFileSync(elsewhere, 'of somebody else');
    openStepCache(place).open().close();
    assert.deepEqual(readdirSync(join(place.folder, 'incoming')), []);
    assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
    assert.equal(readFileSync(elsewhere, 'utf8'), 'of somebody else');
  });
});
