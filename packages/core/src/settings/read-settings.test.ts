import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseToml } from '../parse/toml-parser.ts';
import { readSettings } from './read-settings.ts';

const DAY_MS = 86_400_000;
const read = (text: string) => readSettings(parseToml(text, 'config.toml'));
const told = (text: string): string[] => read(text).diagnostics.map(({ code, message, help }) => `${code}: ${message} (${help})`);

test('an empty file says nothing', () => {
  const { settings, diagnostics } = read('');
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(settings.retention, {
    runsMs: null,
    keepLast: null,
    logsMs: null,
    artifactsMs: null,
    maxSizeBytes: null,
    bundlesMs: null,
    cacheMs: null,
    workspacesMs: null,
    keptWorkMs: null,
    workflows: new Map(),
  });
});

test('every key is read, those of one workflow apart', () => {
  const { settings, diagnostics } = read(`
    [retention]
    runs = "90d"
    keep_last = 20
    logs = "30d"
    artifacts = "10d"
    max_size = "5GiB"
    bundles = "1d"
    cache = "2d"
    workspaces = "14d"
    kept_work = "60d"

    [retention.workflows."acme/nightly"]
    runs = "7d"
    keep_last = 0
  `);
  assert.deepEqual(diagnostics, []);
  const { workflows, ...all } = settings.retention;
  assert.deepEqual(all, {
    runsMs: 90 * DAY_MS,
    keepLast: 20,
    logsMs: 30 * DAY_MS,
    artifactsMs: 10 * DAY_MS,
    maxSizeBytes: 5 * 1024 ** 3,
    bundlesMs: DAY_MS,
    cacheMs: 2 * DAY_MS,
    workspacesMs: 14 * DAY_MS,
    keptWorkMs: 60 * DAY_MS,
  });
  assert.deepEqual([...workflows], [['acme/nightly', { runsMs: 7 * DAY_MS, keepLast: 0, logsMs: null, artifactsMs: null }]]);
});

test('mistakes are told as those of a workflow file are: all at once, each with what was probably meant', () => {
  const found = told(
    '[retention]\nrun = "90d"\nkeep_last = -1\nlogs = 30\nmax_size = "5 gb"\n[retentions]\n[retention.workflows."A B"]\n',
  );
  assert.equal(found.length, 6);
  assert.match(found.join('\n'), /unknown-key: .*`run`.*did you mean `runs`\?/);
  assert.match(found.join('\n'), /bad-duration: `retention.logs` is a bare number/);
  assert.match(found.join('\n'), /5GB/);
  assert.match(found.join('\n'), /did you mean `retention`\?/);
});

test('a file that is no TOML is told, and what could be read of it counts', () => {
  const { settings, diagnostics } = read('[retention]\nruns = "90d\nkeep_last = 3\n');
  assert.ok(diagnostics.length > 0);
  assert.equal(settings.retention.keepLast, 3);
});
