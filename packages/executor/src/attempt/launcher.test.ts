import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { Launcher } from './launcher.ts';
import type { LaunchedProcess } from './launcher.ts';
import type { LaunchRequest } from './launch-request.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'launcher-')));
after(() => rmSync(folder, { recursive: true, force: true }));

// What carries it is ended with a launcher: another test file, running at the same time, has another.
const runId = `run-${process.pid}`;
const launchers: Launcher[] = [];
afterEach(async () => {
  for (const launcher of launchers.splice(0)) await launcher.close();
});

function makeLauncher(graceMs = 10_000, env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: '/nowhere' }): Launcher {
  const launcher = new Launcher({ env, runId, folder, graceMs });
  launchers.push(launcher);
  return launcher;
}

let lastNo = 0;
function request(argv: readonly string[], more: Partial<Omit<LaunchRequest, 'attemptNo'>> = {}): LaunchRequest {
  const attemptNo = ++lastNo;
  return { attemptNo, argv, cwd: folder, env: {}, stdin: null, log: join(folder, `${attemptNo}.log`), stdout: null, ...more };
}

/** Prints arguments and environment as JSON, so that nothing about them is lost. */
const tell = [
  process.execPath,
  '-e',
  'console.log(JSON.stringify({ argv: process.argv.slice(1), env: process.env, cwd: process.cwd() }))',
  '--',
];

const hostile = [
  '',
  ' ',
  '$(touch pwned)',
  '`touch pwned`',
  "it's",
  "''\\''",
  '"$HOME"',
  'a\nb\n',
  '\\',
  '\\n',
  '*',
  '~',
  '-n',
  '--',
  '#',
  ';exit 3',
  ')',
  '\u00e9\u{1f600}',
  '\t\r\u001b[31m\u007f',
  '!!',
  '{a,b}',
  '&',
  '|',
  '>x',
  'a=b',
];

describe('launcher', () => {
  it('passes hostile arguments and variables on exactly as they are', async () => {
    const env: Record<string, string> = Object.fromEntries(hostile.map((value, index) => [`V_${index}`, value]));
    Object.assign(env, {
      'odd-name': 'x y',
      IFS: ',',
      UID: '77',
      'a.b': "q'q",
      PS4: '$(touch pwned)',
      OPTIND: 'word',
      PWD: '/elsewhere',
    });
    const asked = request([...tell, ...hostile], { env });
    const end = await makeLauncher().start(asked).ended;
    assert.deepEqual({ ...end, durationMs: 0 }, { kind: 'exited', code: 0, durationMs: 0 });
    const told = JSON.parse(readFileSync(asked.log, 'utf8')) as { argv: string[]; env: Record<string, string>; cwd: string };
    assert.deepEqual(told.argv, hostile);
    // Where `sh` is bash, it adds these two.
    const { SHLVL: _depth, _: _program, WORKFLOW_LINEAGE: lineage, WORKFLOW_RUN_ID: run, ...got } = told.env;
    assert.deepEqual([run, lineage], [runId, `${runId}/${asked.attemptNo}`]);
    assert.deepEqual(got, { PATH: process.env['PATH'], HOME: '/nowhere', ...env });
    assert.equal(existsSync(join(folder, 'pwned')), false);
  });

  it('takes variables out of the environment, whatever their names', async () => {
    const env = { PATH: process.env['PATH'], HOME: '/nowhere', 'odd-name': 'x', IFS: ',', KEPT: 'y' };
    const asked = request(tell, {
      env: { HOME: null, 'odd-name': null, IFS: null, NEVER: null, '$(touch pwned)': null, A: 'b' },
    });
    await makeLauncher(10_000, env).start(asked).ended;
    const told = JSON.parse(readFileSync(asked.log, 'utf8')) as { env: Record<string, string> };
    const { SHLVL: _depth, _: _program, PWD: _folder, WORKFLOW_LINEAGE: _lineage, WORKFLOW_RUN_ID: _run, ...got } = told.env;
    assert.deepEqual(got, { PATH: process.env['PATH'], KEPT: 'y', A: 'b' });
    assert.equal(existsSync(join(folder, 'pwned')), false);
  });

  it('runs in the folder asked for, whatever its name', async () => {
    const cwd = join(folder, "-a $(x) 'q'\n");
    mkdirSync(cwd);
    const asked = request(tell, { cwd });
    await makeLauncher().start(asked).ended;
    const told = JSON.parse(readFileSync(asked.log, 'utf8')) as { env: Record<string, string>; cwd: string };
    assert.equal(told.cwd, cwd);
    assert.equal(told.env['PWD'], cwd);
    assert.equal(told.env['OLDPWD'], undefined);
  });

  it('gives a step the umask of the engine, and its files mode 0600', async () => {
    const asked = request(['sh', '-c', 'umask']);
    await makeLauncher().start(asked).ended;
    assert.equal(Number.parseInt(readFileSync(asked.log, 'utf8'), 8), process.umask());
    assert.equal(statSync(asked.log).mode & 0o777, 0o600);
  });

  it('reads stdin from a file and keeps stdout apart when asked to', async () => {
    const stdin = join(folder, 'in.txt');
    writeFileSync(stdin, 'from the file');
    const asked = request(['sh', '-c', 'cat; echo err >&2'], { stdin, stdout: join(folder, 'out.txt') });
    await makeLauncher().start(asked).ended;
    assert.equal(readFileSync(asked.stdout!, 'utf8'), 'from the file');
    assert.equal(readFileSync(asked.log, 'utf8'), 'err\n');
  });

  it(
    'leaves no descriptor but the three standard ones open in a step',
    { skip: process.platform !== 'linux' && 'needs /proc' },
    async () => {
      // Compared with what any child of this process has: a test runner may itself have inherited some.
      const script = 'for f in /proc/self/fd/*; do readlink "$f"; done | grep -c "socket:\\|pipe:"';
      const plain = execFileSync('sh', ['-c', `{ ${script}; } </dev/null 2>/dev/null || true`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const asked = request(['sh', '-c', `${script} || true`]);
      await makeLauncher().start(asked).ended;
      assert.ok(Number(readFileSync(asked.log, 'utf8')) <= Number(plain));
    },
  );

  for (const [title, argv, expected] of [
    ['an exit status', ['sh', '-c', 'exit 42'], { kind: 'exited', code: 42 }],
    ['a status above 128 that no signal caused', ['sh', '-c', 'exit 137'], { kind: 'exited', code: 137 }],
    ['KILL', ['sh', '-c', 'kill -KILL $$'], { kind: 'signalled', signal: 'SIGKILL', code: 137 }],
    ['TERM', ['sh', '-c', 'kill -TERM $$'], { kind: 'signalled', signal: 'SIGTERM', code: 143 }],
    ['SEGV', ['sh', '-c', 'kill -SEGV $$'], { kind: 'signalled', signal: 'SIGSEGV', code: 139 }],
    ['a program that is not there', ['no-such-program-x'], { kind: 'exited', code: 127 }],
    ['a file that cannot be executed', ['/etc/passwd'], { kind: 'exited', code: 126 }],
    [
      'a signal that the step sends to its whole group',
      ['sh', '-c', 'trap : TERM; kill -TERM 0; exit 5'],
      { kind: 'exited', code: 5 },
    ],
  ] as const) {
    it(`reports ${title}`, async () => {
      const end = await makeLauncher().start(request(argv)).ended;
      assert.deepEqual({ ...end, durationMs: undefined }, { ...expected, durationMs: undefined });
    });
  }

  it('is not fooled by what a step or its values print', async () => {
    // bash, where it is `sh`, repeats the whole command with its values when a signal ends it.
    const asked = request(['sh', '-c', 'echo "R 1 0"; echo "R 1 0" >&2; kill -KILL $$', 'x R 1 0\nR 1 0\n'], {
      env: { A: '\nR 1 0\n' },
    });
    const end = await makeLauncher().start(asked).ended;
    assert.equal(end.kind, 'signalled');
  });

  for (const [title, more, pattern] of [
    ['a folder that is not there', { cwd: '/no/such/folder' }, /cannot enter the folder \/no\/such\/folder/],
    ['a log that cannot be made', { log: '/no/such/folder/log' }, /cannot open \/no\/such\/folder\/log: /],
    ['a NUL in an argument', { argv: ['echo', 'a\0b'] }, /argument 1 holds a NUL/],
    ['a NUL in a variable', { env: { A: 'a\0b' } }, /environment variable A holds a NUL/],
    ['a NUL in a folder', { cwd: '/a\0b' }, /path "\/a\\u0000b" holds a NUL/],
    ['a name that cannot be a variable', { env: { 'a=b': '' } }, /`a=b` cannot be the name/],
    ['an argument of 200 KB', { argv: ['echo', 'x'.repeat(200_000)] }, /argument 1 is 200000 bytes long.*stdin or a file/],
    ['a variable of 200 KB', { env: { BIG: 'x'.repeat(200_000) } }, /variable BIG is 200004 bytes long/],
    ['no program', { argv: [''] }, /its name is empty/],
    ['a program whose name is an option', { argv: ['-c', 'exit'] }, /starts with "-"/],
  ] as const) {
    it(`does not start with ${title} and says why`, async () => {
      const end = await makeLauncher().start(request(['true'], more)).ended;
      assert.equal(end.kind, 'not-started');
      assert.match(end.kind === 'not-started' ? end.message : '', pattern);
    });
  }

  it('takes the largest argument and variable that the system does', async () => {
    const argument = 'x'.repeat(128 * 1024 - 1);
    const asked = request(['sh', '-c', 'echo ${#1} ${#A}', 'sh', argument], { env: { A: argument.slice(2) } });
    await makeLauncher().start(asked).ended;
    assert.equal(readFileSync(asked.log, 'utf8'), '131071 131069\n');
  });

  it('goes on in the same shell after a step that could not start', async () => {
    const launcher = makeLauncher();
    await launcher.start(request(['true'], { cwd: '/no/such' })).ended;
    await launcher.start(request(['no-such-program-x'])).ended;
    assert.equal(((await launcher.start(request(['sh', '-c', 'exit 7'])).ended) as { code: number }).code, 7);
  });

  it('uses one shell for a chain and one each for what runs at once', async () => {
    const launcher = makeLauncher();
    const parents = async (count: number): Promise<Set<string>> => {
      const asked = Array.from({ length: count }, () => request(['sh', '-c', 'echo $PPID']));
      await Promise.all(asked.map((one) => launcher.start(one).ended));
      return new Set(asked.map((one) => readFileSync(one.log, 'utf8')));
    };
    const chain = new Set<string>();
    for (let index = 0; index < 5; index++) for (const parent of await parents(1)) chain.add(parent);
    assert.equal(chain.size, 1);
    assert.equal((await parents(8)).size, 8);
  });

  it('ends a step and its children with TERM', async () => {
    const { process: launched, asked } = await startAndWaitForLine(makeLauncher(), ['sh', '-c', 'sleep 1000 & echo ready; wait']);
    launched.stop();
    const end = await launched.ended;
    assert.equal(end.kind, 'signalled');
    assert.equal(readFileSync(asked.log, 'utf8'), 'ready\n');
  });

  it('lets a step tidy up within the grace period', async () => {
    const script = 'trap "echo tidied; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
    const { process: launched, asked } = await startAndWaitForLine(makeLauncher(), ['sh', '-c', script]);
    launched.stop();
    const end = await launched.ended;
    assert.deepEqual({ ...end, durationMs: 0 }, { kind: 'exited', code: 3, durationMs: 0 });
    assert.match(readFileSync(asked.log, 'utf8'), /tidied/);
  });

  it('gives a process that has others to end as many times the grace period as asked for', async () => {
    const script = 'trap "sleep 0.3; exit 5" TERM; echo ready; while :; do sleep 0.02; done';
    const { process: launched } = await startAndWaitForLine(makeLauncher(50), ['sh', '-c', script], { graceFactor: 1000 });
    launched.stop();
    const end = await launched.ended;
    assert.equal(end.kind === 'exited' && end.code, 5);
  });

  it('kills what ignores TERM, stopped processes too, and counts it as ended only then', async () => {
    const script = 'trap "" TERM; (kill -STOP $(sh -c "echo \\$PPID")) & echo $$; while :; do sleep 0.05; done';
    const launcher = makeLauncher(150);
    const { process: launched, asked } = await startAndWaitForLine(launcher, ['sh', '-c', script]);
    const pid = Number(readFileSync(asked.log, 'utf8').split('\n')[0]);
    launched.stop();
    launched.stop();
    const end = await launched.ended;
    assert.equal(end.kind === 'signalled' && end.signal, 'SIGKILL');
    assert.equal(isRunning(pid), false);
    const after = await launcher.start(request(['true'])).ended;
    assert.equal(after.kind, 'exited');
  });

  it('waits for children that outlive their parent after a stop', async () => {
    const script = '(trap "" TERM; sleep 0.4) & echo ready; wait';
    const { process: launched } = await startAndWaitForLine(makeLauncher(5000), ['sh', '-c', script]);
    launched.stop();
    const end = await launched.ended;
    assert.ok(end.kind === 'signalled');
  });

  it('ends a step that was stopped the moment it was asked for', async () => {
    const launched = makeLauncher(60_000).start(request(['sleep', '1000']));
    launched.stop();
    const end = await launched.ended;
    assert.ok(end.kind === 'signalled' || (end.kind === 'exited' && end.code === 143));
  });

  it('says so when the watching shell itself is killed, ends the rest and goes on', async () => {
    const launcher = makeLauncher(200);
    const end = await launcher.start(request(['sh', '-c', 'kill -KILL $PPID; sleep 1000'])).ended;
    assert.equal(end.kind, 'unwatched');
    assert.match(end.kind === 'unwatched' ? end.message : '', /SIGKILL/);
    assert.equal((await launcher.start(request(['true'])).ended).kind, 'exited');
  });

  it('ends and reports what a step left running when it closes', async () => {
    const launcher = makeLauncher();
    const asked = request(['sh', '-c', 'sleep 4321 & echo $!'], { env: { WORKFLOW_STEP: 'serve' } });
    await launcher.start(asked).ended;
    const pid = Number(readFileSync(asked.log, 'utf8'));
    const leftovers = await launcher.close();
    assert.deepEqual(
      leftovers.map((one) => one.pid),
      [pid],
    );
    if (process.platform === 'linux') assert.equal(leftovers[0]?.step, 'serve');
    assert.equal(isRunning(pid), false);
  });

  it('ends its shells even when a step has stopped their group', async () => {
    const launcher = makeLauncher(200);
    const asked = request(['sh', '-c', '(while [ ! -e go ]; do sleep 0.01; done; kill -STOP 0) >&- 2>&- & echo $PPID']);
    await launcher.start(asked).ended;
    writeFileSync(join(folder, 'go'), '');
    const pid = Number(readFileSync(asked.log, 'utf8'));
    const state = (): string => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
    while (!state().startsWith('T')) await new Promise((resolve) => setImmediate(resolve));
    await launcher.close();
    assert.equal(isRunning(pid), false);
  });

  it('takes another shell when an idle one was killed', async () => {
    const launcher = makeLauncher();
    const asked = request(['sh', '-c', 'echo $PPID']);
    await launcher.start(asked).ended;
    const pid = Number(readFileSync(asked.log, 'utf8'));
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
    const end = await launcher.start(request(['true'])).ended;
    assert.ok(end.kind === 'exited' || end.kind === 'unwatched');
    assert.equal((await launcher.start(request(['true'])).ended).kind, 'exited');
  });

  it('runs 64 steps at once, twice over', async () => {
    const launcher = makeLauncher();
    for (let round = 0; round < 2; round++) {
      const ends = await Promise.all(
        Array.from({ length: 64 }, (_one, index) => launcher.start(request(['sh', '-c', `exit ${index}`])).ended),
      );
      assert.deepEqual(
        ends.map((end) => end.kind === 'exited' && end.code),
        Array.from({ length: 64 }, (_one, index) => index),
      );
    }
  });

  it('leaves no shell behind when it closes', async () => {
    const launcher = makeLauncher();
    const asked = request(['sh', '-c', 'echo $PPID']);
    await launcher.start(asked).ended;
    assert.deepEqual(await launcher.close(), []);
    assert.equal(isRunning(Number(readFileSync(asked.log, 'utf8'))), false);
    assert.equal((await launcher.start(request(['true'])).ended).kind, 'not-started');
  });

  it('keeps its memory flat while a step writes 50 MB', async () => {
    const asked = request(['sh', '-c', 'head -c 52428800 /dev/zero']);
    const launcher = makeLauncher();
    await launcher.start(request(['true'])).ended;
    const before = process.memoryUsage.rss();
    await launcher.start(asked).ended;
    assert.equal(statSync(asked.log).size, 52_428_800);
    assert.ok(process.memoryUsage.rss() - before < 20 * 1024 * 1024);
  });
});

/** Whether there is such a process, and not just its entry that nobody has collected. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** Starts a process and resolves once its log has a line: the process tells when it is ready. */
async function startAndWaitForLine(
  launcher: Launcher,
  argv: readonly string[],
  more: Partial<Omit<LaunchRequest, 'attemptNo'>> = {},
): Promise<{ process: LaunchedProcess; asked: LaunchRequest }> {
  const asked = request(argv, more);
  const launched = launcher.start(asked);
  while (!existsSync(asked.log) || !readFileSync(asked.log, 'utf8').includes('\n'))
    await new Promise((resolve) => setImmediate(resolve));
  return { process: launched, asked };
}
