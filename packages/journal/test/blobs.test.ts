import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

import { openBlobs } from '@workflow-platform/journal';
import { smallDisk } from '@workflow-platform/testkit';

const scratch = mkdtempSync(join(tmpdir(), 'blobs-'));
after(() => rmSync(scratch, { recursive: true }));

let count = 0;
const newStore = (): string => join(scratch, `store-${++count}`);

function newFile(content: string | Uint8Array): string {
  const path = join(scratch, `file-${++count}`);
  writeFileSync(path, content);
  return path;
}

const digestOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const contents: { readonly title: string; readonly content: string | Uint8Array }[] = [
  { title: 'an empty file', content: '' },
  { title: 'a short text', content: 'hello\n' },
  { title: 'a file of exactly one chunk', content: new Uint8Array(1024 * 1024).fill(7) },
  { title: 'a file of several chunks', content: new Uint8Array(3_500_000).map((_, i) => i % 251) },
];

for (const { title, content } of contents) {
  test(`${title} is kept by its digest, whole and read-only`, async () => {
    const store = newStore();
    const blobs = openBlobs(store);
    const kept = await blobs.put(newFile(content));
    assert.deepEqual(kept, { digest: digestOf(content), sizeBytes: Buffer.from(content).length });
    const path = blobs.pathOf(kept.digest);
    assert.equal(path, join(store, kept.digest.slice(0, 2), kept.digest));
    assert.ok(readFileSync(path).equals(Buffer.from(content)));
    assert.deepEqual([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777], [0o400, 0o700]);
    assert.equal(await blobs.verify(kept.digest), 'intact');
    assert.deepEqual(readdirSync(join(store, 'incoming')), []);
  });
}

for (const { title, content } of contents) {
  test(`${title} put twice is kept once, the first one untouched`, async () => {
    const blobs = openBlobs(newStore());
    const first = await blobs.put(newFile(content));
    const { ino } = statSync(blobs.pathOf(first.digest));
    assert.deepEqual(await blobs.put(newFile(content)), first);
    assert.equal(statSync(blobs.pathOf(first.digest)).ino, ino);
  });
}

test('the same content put many times at once, by two stores on one folder, is kept once', async () => {
  const store = newStore();
  const [one, two] = [openBlobs(store), openBlobs(store)];
  const path = newFile(new Uint8Array(1_500_000).fill(3));
  const kept = await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? one : two).put(path)));
  assert.equal(new Set(kept.map(({ digest }) => digest)).size, 1);
  assert.deepEqual(new Set(readdirSync(store)), new Set([kept[0]?.digest.slice(0, 2), 'incoming']));
  assert.deepEqual(readdirSync(join(store, 'incoming')), []);
});

test('content that was damaged or lost on the disk is noticed, and truncated content is put right by the next put', async () => {
  const blobs = openBlobs(newStore());
  const path = newFile('precious');
  const { digest } = await blobs.put(path);
  const kept = blobs.pathOf(digest);
  chmodSync(kept, 0o600);
  writeFileSync(kept, 'preciou?');
  assert.equal(await blobs.verify(digest), 'damaged');
  writeFileSync(kept, 'prec');
  await blobs.put(path);
  assert.equal(await blobs.verify(digest), 'intact');
  rmSync(kept);
  assert.equal(await blobs.verify(digest), 'missing');
});

test('a link is kept as what it points at', async () => {
  const link = join(scratch, `link-${++count}`);
  symlinkSync(newFile('pointed at'), link);
  assert.equal((await openBlobs(newStore()).put(link)).digest, digestOf('pointed at'));
});

test('what is no file, or not there, is refused by name and makes no store', async () => {
  const store = newStore();
  const folder = join(scratch, `folder-${++count}`);
  mkdirSync(folder);
  const pipe = join(scratch, `pipe-${++count}`);
  execFileSync('mkfifo', [pipe]);
  for (const path of [folder, pipe]) {
    await assert.rejects(openBlobs(store).put(path), {
      name: 'UserError',
      code: 'artifact-not-a-file',
      message: new RegExp(path),
    });
  }
  await assert.rejects(openBlobs(store).put(join(folder, 'none')), { code: 'artifact-not-readable' });
  assert.equal(existsSync(store), false);
});

test('what a dead process left half-copied is cleared, what a living one copies stays', async () => {
  const store = newStore();
  mkdirSync(join(store, 'incoming'), { recursive: true });
  const dead = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
  writeFileSync(join(store, 'incoming', `${dead}-1`), 'half');
  writeFileSync(join(store, 'incoming', `${process.ppid}-1`), 'half');
  await openBlobs(store).put(newFile('x'));
  assert.deepEqual(readdirSync(join(store, 'incoming')), [`${process.ppid}-1`]);
});

test('a store that cannot be written is told by name', async () => {
  await assert.rejects(openBlobs(join(newFile(''), 'blobs')).put(newFile('x')), { name: 'UserError', code: 'artifact-not-kept' });
});

test('a full disk refuses the file and keeps nothing of it', async (t) => {
  const disk = smallDisk(t, 2_000_000);
  if (disk === null) return;
  const blobs = openBlobs(join(disk.path, 'blobs'));
  const { digest } = await blobs.put(newFile('small'));
  const large = newFile(new Uint8Array(4_000_000).fill(1));
  await assert.rejects(blobs.put(large), { name: 'UserError', code: 'disk-full', message: new RegExp(large) });
  assert.deepEqual(readdirSync(join(disk.path, 'blobs')).sort(), [digest.slice(0, 2), 'incoming'].sort());
  assert.deepEqual(readdirSync(join(disk.path, 'blobs', 'incoming')), []);
  assert.equal(await blobs.verify(digest), 'intact');
});
