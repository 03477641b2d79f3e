// Keeps and takes results of a few keys again and again: `keep-results.ts BASE NUMBER`. Number 0 removes some, too.
// `keep-results.ts BASE hang ELSEWHERE` begins a piece of work, prints the path of what it made on another disk, and hangs.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStepCache, removeCacheEntries } from '../../src/index.ts';

const [base = '', number = '', elsewhere = ''] = process.argv.slice(2);
const place = { folder: join(base, 'steps'), keyFile: join(base, 'state/step-cache.key') };
const store = openStepCache(place);

if (number === 'hang') {
  const work = store.open();
  const path = `${elsewhere}.${work.nonce}`;
  work.noteElsewhere(path);
  work.noteElsewhere(elsewhere);
  writeFileSync(path, 'half');
  process.stdout.write(`${path}\n`);
  setInterval(() => {}, 1000);
} else {
  let taken = 0;
  let missed = 0;
  for (let round = 0; round < 60; round++) {
    const key = store.digest(String(round % 5));
    const content = `content of ${round % 5}\n`.repeat(500);
    const entry = store.find(key);
    const to = join(base, `${number}-taken`);
    if (typeof entry === 'string') {
      missed++;
      await keep(key, content);
      continue;
    }
    const [file] = entry.files;
    if (file?.kind !== 'file') throw new Error('an entry without its file');
    // Removed by another process between the look and the take: a miss.
    if (await store.take(file, to, 0o600)) taken++;
    else missed++;
    rmSync(to, { force: true });
    if (number === '0' && round % 10 === 9) removeCacheEntries(place, [key]);
  }
  process.stdout.write(`${taken} taken, ${missed} missed\n`);
}

async function keep(key: string, content: string): Promise<void> {
  const work = store.open();
  const from = join(base, `${number}-from`);
  writeFileSync(from, content);
  const { digest, sizeBytes, mode } = await store.keep(from, work, []);
  const files = [{ kind: 'file', path: 'f', digest, sizeBytes, mode }] as const;
  const made = { workflow: 'w', step: number, runId: 'r', atMs: Date.now() };
  const parts = store.keepText('{}', work);
  store.save({ key, made, exitCode: 0, durationMs: 1, outputs: {}, files, replaced: [], log: null, parts }, work);
  work.close();
}
