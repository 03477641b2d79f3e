import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const WORKFLOW = `
id = "kept"

[workspace]
provider = "copy"

[steps.make]
run = "echo made; echo report > report.md"

[artifacts.report]
path = "report.md"
`;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
  sandbox.write('workflow.toml', WORKFLOW);
});
afterEach(() => sandbox.remove());

interface Pruned {
  readonly dryRun: boolean;
  readonly freedBytes: number;
  readonly kinds: readonly {
    readonly kind: string;
    readonly items: readonly { readonly name: string; readonly sizeBytes: number }[];
  }[];
  readonly spared: readonly { readonly name: string; readonly why: string }[];
  readonly failures: readonly unknown[];
}

function run(command: string): string {
  const { stdout, stderr, status } = sandbox.run(command);
  assert.equal(status, 0, stderr);
  return stdout;
}

const prune = (flags: string): Pruned => JSON.parse(run(`workflow prune --json ${flags}`)) as Pruned;
const count = ({ kinds }: Pruned): { [kind: string]: number } =>
  Object.fromEntries(kinds.map(({ kind, items }) => [kind, items.length]));
const stateFolder = (): string => join(sandbox.env['XDG_STATE_HOME']!, 'workflow');

function settings(text: string): void {
  const file = join(sandbox.env['XDG_CONFIG_HOME']!, 'workflow', 'config.toml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

test('the settings say what goes, a dry run says the same as what follows, and the last run stays', () => {
  for (let index = 0; index < 3; index++) run('workflow run 2>/dev/null');
  settings('[retention]\nruns = "1ms"\n');
  const { dryRun: _, ...found } = prune('--dry-run');
  assert.equal(readdirSync(join(stateFolder(), 'runs')).length, 3);
  const { dryRun: __, ...done } = prune('');
  assert.deepEqual(done, found);
  assert.deepEqual(count(prune('')), { runs: 0, logs: 0, artifacts: 0, blobs: 0, bundles: 0, workspaces: 0, cache: 0 });
  assert.equal(readdirSync(join(stateFolder(), 'runs')).length, 1);
  assert.match(run('workflow status @'), /make/);
  assert.equal(run('workflow logs @ make'), 'made\n');
  run('workflow doctor --full');
});

test('a workflow has a policy of its own, and flags say otherwise than the settings', () => {
  sandbox.write('other.toml', 'id = "other"\n[workspace]\nprovider = "none"\n[steps.a]\nrun = "true"\n');
  for (const file of ['workflow.toml', 'other.toml'])
    for (let index = 0; index < 2; index++) run(`workflow run ${file} 2>/dev/null`);
  settings('[retention]\nruns = "1ms"\nkeep_last = 0\n[retention.workflows."other"]\nruns = "30d"\n');
  assert.equal(count(prune('--dry-run'))['runs'], 2);
  assert.equal(count(prune('--dry-run --older-than 1ms'))['runs'], 4);
  assert.equal(count(prune('--dry-run --older-than 1ms --workflow other'))['runs'], 2);
  assert.equal(count(prune('--dry-run --older-than 1ms --keep-last 1'))['runs'], 2);
  assert.deepEqual(count(prune('--dry-run --older-than 1ms --what logs')), { logs: 4 });
});

test('a mistake in the settings is told at its place, and nothing is pruned', () => {
  run('workflow run 2>/dev/null');
  settings('[retention]\nruns = "1ms"\nkeep_lst = 0\n');
  const { status, stderr } = sandbox.run('workflow prune');
  assert.equal(status, 2);
  assert.match(stderr, /config\.toml:3:1: error\[unknown-key\][^]*did you mean `keep_last`\?[^]*nothing was done/);
  assert.equal(readdirSync(join(stateFolder(), 'runs')).length, 1);
});

test('workspaces that nobody used go with the work in them kept, which goes only when the settings say so', () => {
  run('workflow run --keep 2>/dev/null');
  const root = join(sandbox.env['XDG_CACHE_HOME']!, 'ai-workspaces');
  const namespace = (): string =>
    join(
      root,
      readdirSync(root).find((name) => name.startsWith('work-'))!,
    );
  const visible = (): readonly string[] => readdirSync(namespace()).filter((name) => !name.startsWith('.'));
  assert.equal(visible().length, 1);
  assert.equal(count(prune('--dry-run --what workspaces --older-than 1ms'))['workspaces'], 1);
  assert.equal(count(prune('--what workspaces --older-than 1ms'))['workspaces'], 1);
  assert.deepEqual(visible(), []);
  assert.match(run('workflow diff @ --stat'), /report\.md/);
  assert.equal(count(prune('--what workspaces --older-than 1ms'))['workspaces'], 0);
  assert.match(run('workflow diff @ --stat'), /report\.md/);
  settings('[retention]\nkept_work = "1ms"\n');
  assert.equal(count(prune(''))['workspaces'], 1);
  assert.doesNotMatch(sandbox.run('workflow diff @ --stat').stdout, /report\.md/);
});

test('what a set-up made goes with the workspaces, when nobody used it for long', () => {
  sandbox.write(
    'workflow.toml',
    WORKFLOW.replace(
      'provider = "copy"',
      'provider = "copy"\nsetup = "mkdir made && echo x > made/file"\nsetup_key = ["workflow.toml"]',
    ),
  );
  run('workflow run 2>/dev/null');
  const root = join(sandbox.env['XDG_CACHE_HOME']!, 'ai-workspaces');
  const store = join(
    root,
    readdirSync(root).find((name) => name.startsWith('work-'))!,
    '.setup',
  );
  const [key] = readdirSync(store);
  assert.equal(count(prune('--what workspaces --older-than 1ms'))['workspaces'], 0, 'it was used within the hour');
  const monthAgo = Date.now() / 1000 - 30 * 86_400;
  utimesSync(join(store, key!, 'kept.json'), monthAgo, monthAgo);
  assert.equal(count(prune('--what workspaces --older-than 20d'))['workspaces'], 1);
  assert.deepEqual(readdirSync(store), []);
});

test('a workspace of a run that is not over stays', () => {
  run('workflow run --keep 2>/dev/null');
  const history = new DatabaseSync(join(stateFolder(), 'history.db'));
  history.exec("UPDATE runs SET status = 'running', finished_ms = NULL");
  history.close();
  const { spared, ...pruned } = prune('--what runs,logs,workspaces --older-than 1ms --keep-last 0');
  assert.deepEqual(count(pruned as Pruned), { runs: 0, logs: 0, workspaces: 0 });
  assert.match(spared.map(({ why }) => why).join(), /is not over/);
});

test('a fetched workflow file goes when nothing used it for long', () => {
  const text = 'id = "far"\n[steps.a]\nrun = "true"\n';
  const digest = process.getBuiltinModule('node:crypto').hash('sha256', text, 'hex');
  const place = join(sandbox.env['XDG_CACHE_HOME']!, 'workflows/by-digest', digest.slice(0, 2), digest);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
  const monthAgo = Date.now() / 1000 - 30 * 86_400;
  utimesSync(place, monthAgo, monthAgo);
  run(`workflow validate https://example.invalid/far.toml#sha256=${digest}`);
  assert.equal(count(prune('--what bundles --older-than 20d'))['bundles'], 0, 'it was used just now');
  utimesSync(place, monthAgo, monthAgo);
  assert.equal(count(prune('--what bundles --older-than 20d'))['bundles'], 1);
  assert.ok(!existsSync(place));
});

test('a kept result of a cached step goes when no run used it for long, and what others share stays', () => {
  sandbox.write(
    'workflow.toml',
    'id = "cached"\n[workspace]\nprovider = "copy"\n[steps.make]\nrun = "mkdir -p out; echo made > out/file"\ncache = { inputs = ["in/**"], outputs = ["out/**"] }\n',
  );
  sandbox.write('in/file', 'one');
  run('workflow run 2>/dev/null');
  sandbox.write('in/file', 'two');
  run('workflow run 2>/dev/null');
  const keys = (): string[] =>
    (JSON.parse(run('workflow cache list --json 2>/dev/null')) as { key: string }[]).map(({ key }) => key);
  assert.equal(keys().length, 2);
  assert.equal(count(prune('--what cache --older-than 1d'))['cache'], 0);
  const found = prune('--dry-run --what cache --older-than 1ms');
  assert.deepEqual([count(found)['cache'], found.freedBytes > 0], [2, true]);
  settings('[retention]\ncache = "1ms"\n');
  assert.equal(prune('').freedBytes, found.freedBytes);
  assert.deepEqual(keys(), []);
});

test('what was pruned of a run that stays is told with the day', () => {
  run('workflow run 2>/dev/null');
  prune('--what logs,artifacts --older-than 1ms --keep-last 0');
  const logs = sandbox.run('workflow logs @');
  assert.deepEqual([logs.status, /error\[logs-pruned\].*\d{4}-\d\d-\d\d/.test(logs.stderr)], [3, true]);
  assert.match(run('workflow artifacts @'), /pruned \d{4}-\d\d-\d\d/);
  const copied = sandbox.run('workflow artifacts @ --output out');
  assert.deepEqual(
    [copied.status, /error\[artifact-pruned\]/.test(copied.stderr), existsSync(join(sandbox.folder, 'out'))],
    [3, true, false],
  );
  assert.match(run('workflow status @'), /make/);
});

test('what makes no sense is refused before anything goes', () => {
  for (const [flags, told] of [
    ['--what run', /did you mean `runs`/],
    ['--older-than 3', /no duration/],
    ['--max-size 3', /no size/],
    ['--keep-last -1', /whole number/],
  ] as const) {
    const { status, stderr } = sandbox.run(`workflow prune ${flags}`);
    assert.equal(status, 2, flags);
    assert.match(stderr, told);
  }
});

test('doctor finds a lost artifact, a damaged one, a wrong row and a workspace without its folder, and repairs what it can', () => {
  run('workflow run --keep 2>/dev/null');
  assert.match(run('workflow doctor --full'), /Everything is in order/);
  const [{ file }] = JSON.parse(run('workflow artifacts @ --json')) as [{ file: string }];
  const codes = (flags = ''): string[] =>
    (JSON.parse(sandbox.run(`workflow doctor --json ${flags}`).stdout) as { findings: { code: string }[] }).findings.map(
      ({ code }) => code,
    );
  const whole = readFileSync(file);
  chmodSync(file, 0o600);
  writeFileSync(file, 'REPORT\n');
  assert.deepEqual([codes(), codes('--full')], [[], ['artifact-damaged']]);
  rmSync(file);
  assert.deepEqual(codes(), ['artifact-missing']);
  assert.equal(sandbox.run('workflow doctor').status, 1);
  writeFileSync(file, whole);
  const history = new DatabaseSync(join(stateFolder(), 'history.db'));
  history.exec("UPDATE runs SET status = 'failed'");
  history.close();
  assert.deepEqual(codes(), ['row-wrong']);
  assert.deepEqual(codes('--repair'), []);
  assert.match(run('workflow status @'), /succeeded/);
  const { path } = (JSON.parse(run('workflow status @ --json')) as { workspace: { path: string } }).workspace;
  rmSync(path, { recursive: true });
  assert.deepEqual(codes(), ['workspace-missing']);
});

test('a backup is put back as the manual says, and a damaged history is told by everything that looks', () => {
  run('workflow run 2>/dev/null');
  const backup = join(sandbox.folder, 'history.bak');
  run(`workflow doctor --backup ${backup}`);
  assert.equal(sandbox.run(`workflow doctor --backup ${backup}`).status, 2);
  const file = join(stateFolder(), 'history.db');
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  writeFileSync(file, 'no database, but long enough to be taken for one '.repeat(100));
  const before = readFileSync(file);
  for (const command of ['status', 'run', 'prune --older-than 1d']) {
    const { status, stderr } = sandbox.run(`workflow ${command}`);
    assert.deepEqual([status, /error\[history-damaged\][^]*backup/.test(stderr)], [1, true], stderr);
  }
  const doctor = sandbox.run('workflow doctor');
  assert.deepEqual([doctor.status, /history-damaged[^]*restore the history from a backup/.test(doctor.stdout)], [1, true]);
  assert.deepEqual(readFileSync(file), before);
  copyFileSync(backup, file);
  assert.match(run('workflow status @'), /make/);
  assert.match(run('workflow doctor --full'), /Everything is in order/);
});
