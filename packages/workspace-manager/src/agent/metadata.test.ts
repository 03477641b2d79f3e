import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { agentPlaces, makeStateFolder } from './agent-places.ts';
import { changeMetadata, readMetadata, timeText } from './metadata.ts';

const AT_MS = Date.UTC(2026, 2, 1, 9, 15, 2, 987);

test('times have whole seconds and a numeric offset', () => {
  assert.equal(timeText(AT_MS), '2026-03-01T09:15:02+00:00');
});

test('a file that is missing is made anew: indent 2, one newline at the end, no key without a value', () => {
  const places = makePlaces();
  changeMetadata(places, { workspace_id: 'w1', status: 'running', command: ['echo', ''], workflow: undefined }, AT_MS);
  assert.equal(
    readFileSync(places.metadataFile, 'utf8'),
    `{
  "created_at": "2026-03-01T09:15:02+00:00",
  "workspace_id": "w1",
  "status": "running",
  "command": [
    "echo",
    ""
  ],
  "updated_at": "2026-03-01T09:15:02+00:00"
}
`,
  );
  assert.equal(readFileSync(join(places.toolsFolder, '.gitignore'), 'utf8'), '*\n');
});

test('created_at and unknown keys survive, updated_at moves, a key set to undefined goes', () => {
  const places = makePlaces();
  changeMetadata(places, { workflow: 'work', base_change: 'x' }, AT_MS);
  const foreign = { ...(readMetadata(places.metadataFile) as object), theirs: { deep: [null] } };
  writeFileSync(places.metadataFile, JSON.stringify(foreign));
  changeMetadata(places, { status: 'done', workflow: undefined }, AT_MS + 60_000);
  assert.deepEqual(readMetadata(places.metadataFile), {
    created_at: '2026-03-01T09:15:02+00:00',
    base_change: 'x',
    status: 'done',
    updated_at: '2026-03-01T09:16:02+00:00',
    theirs: { deep: [null] },
  });
});

test('B21: what holds no object is unreadable, and is moved aside when it is written', () => {
  for (const text of ['', '{', '[]', '7', 'null', '"x"']) {
    const places = makePlaces();
    mkdirSync(places.toolsFolder);
    writeFileSync(places.metadataFile, text);
    assert.equal(readMetadata(places.metadataFile), 'unreadable');
    changeMetadata(places, { status: 'idle' }, AT_MS);
    assert.equal((readMetadata(places.metadataFile) as { status: string }).status, 'idle');
    assert.equal(readFileSync(`${places.metadataFile}.unreadable`, 'utf8'), text);
  }
});

test('nothing half-written stays beside the file', () => {
  const places = makePlaces();
  changeMetadata(places, { status: 'idle' }, AT_MS);
  assert.deepEqual(readdirSync(places.toolsFolder).sort(), ['.agent-workflow.json', '.gitignore']);
});

function makePlaces() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'metadata-')));
  after(() => rmSync(folder, { recursive: true }));
  const places = agentPlaces(folder, 'w1');
  makeStateFolder(places);
  mkdirSync(places.folder);
  return places;
}
