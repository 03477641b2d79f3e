// Runs everything: types, format, lint, tidy, then every test file, in a clean environment of its own (HOME, temp folder,
// time zone, locale). Ends with `N passed, N failed, N skipped`, and fails when a test left a process or a file behind.
//   node scripts/test.ts [--quick] [FILE…]     --quick leaves out the slow files (*.slow.test.ts); FILEs run alone
// Not here: what installs and builds (setup), how Jujutsu, just and an agent are had (get-jj, get-just, get-direnv, get-agent).

import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { run } from 'node:test';
import type { EventData } from 'node:test';
import { inspect } from 'node:util';
import { leftProcesses } from './test/left-processes.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const named = args.filter((arg) => !arg.startsWith('--'));
const tally = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

const scratch = mkdtempSync(join(tmpdir(), 'workflow-test-'));
// Tests that give up root must still get to the temp folder.
chmodSync(scratch, 0o711);
const marker = `workflow-test-${process.pid}-${Date.now()}`;
const environment = cleanEnvironment();
const files = (
  named.length > 0
    ? named
    : globSync('{packages,apps,testkit,scripts,examples,bench}/**/*.test.ts', { exclude: ['**/node_modules/**'] }).sort()
).filter((file) => !isQuick || !file.endsWith('.slow.test.ts'));
const agent = files.some((file) => file.endsWith('real-agent.slow.test.ts')) ? agentFolder() : null;
if (agent !== null) environment['WORKFLOW_TEST_AGENT'] = agent;

if (named.length === 0) {
  for (const [name, command] of Object.entries({
    types: ['scripts/typecheck.ts'],
    format: ['node_modules/oxfmt/bin/oxfmt', '--check'],
    lint: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
    tidy: ['scripts/tidy.ts'],
  })) {
    stage(name, command);
  }
}
await runTests(files);
checkLeftovers();

for (const failure of failures) process.stdout.write(`\n✖ ${failure}\n`);
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);

/** HOME, temp folder and XDG folders are new and empty, the time zone is an odd one, and nothing of git's or ours leaks in. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GIT_|JJ_|XDG_|WORKFLOW|AI_WORKSPACES|AGENT_|npm_|NODE_|CI$|FORCE_COLOR|NO_COLOR|TMUX)/.test(name),
  );
  const home = join(scratch, 'home');
  const temporary = join(scratch, 'tmp');
  mkdirSync(home);
  mkdirSync(temporary);
  const tools = [toolFolder('jj', ['--with-git']), toolFolder('just', []), toolFolder('direnv', [])].filter(
    (folder) => folder !== null,
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    TMPDIR: temporary,
    TZ: 'Pacific/Chatham',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    NODE_COMPILE_CACHE: join(root, '.cache/node-compile-cache'),
    WORKFLOW_TEST_MARKER: marker,
    // Whole programs are tested as users get them.
    WORKFLOW_BUNDLE: join(root, 'dist/workflow.cjs'),
    PATH: [join(root, 'node_modules/.bin'), ...tools, process.env['PATH'] ?? ''].join(delimiter),
  };
}

/** Gets a program for the tests that need it; where it cannot be had, they skip and say so. */
function toolFolder(name: string, options: readonly string[]): string | null {
  const prefix = join(root, '.cache', name);
  const { status } = spawnSync('sh', [join(root, `scripts/get-${name}`), ...options, prefix], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0 ? join(prefix, 'bin') : null;
}

/** Gets a real coding agent for the tests that talk to one; where it cannot be had, they skip and say so. */
function agentFolder(): string | null {
  const prefix = join(root, '.cache/agent');
  const { status } = spawnSync('sh', [join(root, 'scripts/get-agent'), prefix], { stdio: ['ignore', 'ignore', 'inherit'] });
  return status === 0 ? prefix : null;
}

function stage(name: string, command: string[]): void {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: 'utf8',
    env: environment,
    maxBuffer: 64 << 20,
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)\n`);
  if (status === 0) tally.passed++;
  else {
    tally.failed++;
    failures.push(`${name}\n${stdout}${stderr}`);
  }
}

async function runTests(chosen: string[]): Promise<void> {
  if (chosen.length === 0) return;
  const perFile = new Map<string, { passed: number; failed: number; skipped: number }>();
  const stream = run({
    files: chosen.map((file) => join(root, file)),
    concurrency: 2,
    // No test takes this long; one that waits for ever must not keep the rest from being told.
    timeout: 300_000,
    execArgv: ['--disable-warning=ExperimentalWarning', `--import=${join(import.meta.dirname, 'test/file-limit.ts')}`],
    env: environment,
  });
  const count = (data: EventData.TestPass | EventData.TestFail, outcome: 'passed' | 'failed'): void => {
    // A file stands for itself when it could not even start, and a suite for its tests.
    if (data.details.type === 'suite' || (outcome === 'passed' && data.name === data.file)) return;
    const file = relative(root, data.file ?? 'unknown');
    const sums = perFile.get(file) ?? { passed: 0, failed: 0, skipped: 0 };
    perFile.set(file, sums);
    if (data.skip !== undefined && data.skip !== false) {
      sums.skipped++;
      tally.skipped++;
      process.stdout.write(`- skipped: ${file}: ${data.name}: ${String(data.skip)}\n`);
      return;
    }
    sums[outcome]++;
    tally[outcome]++;
    if (outcome === 'failed') {
      const error = (data as EventData.TestFail).details.error;
      failures.push(`${file}:${data.line ?? 0}: ${data.name}\n${inspect(error.cause ?? error, { depth: 6 })}`);
      process.stdout.write(`✖ ${file}: ${data.name}\n`);
    }
  };
  stream.on('test:pass', (data) => count(data, 'passed'));
  stream.on('test:fail', (data) => count(data, 'failed'));
  for await (const event of stream) {
    if (event.type === 'test:stderr' && process.env['TEST_VERBOSE'] !== undefined) process.stderr.write(event.data.message);
  }
  for (const [file, { passed, failed, skipped }] of [...perFile].sort(([a], [b]) => (a < b ? -1 : 1)))
    process.stdout.write(
      `${failed === 0 ? '✔' : '✖'} ${file}: ${passed}${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
}

function checkLeftovers(): void {
  const processes = leftProcesses(marker);
  const files = readdirSync(join(scratch, 'tmp')).filter((name) => !name.startsWith('node-compile-cache'));
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  for (const [what, left] of [
    ['processes', processes],
    ['temp files', files],
  ] as const) {
    if (left.length === 0) tally.passed++;
    else {
      tally.failed++;
      failures.push(`the tests left ${what} behind:\n  ${left.join('\n  ')}`);
    }
  }
}
