// Black-box cases of specs/160-interactive.md, on real terminals: steps with a terminal of their own, joined and left from elsewhere.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import type { EventEnvelope } from '@workflow-platform/events';
import { startOnTerminal, type OnTerminal } from './on-terminal.ts';
import { createSandbox, programPath, type Sandbox } from './program.ts';

const DETACH = '\u001c';
const ALTERNATE_LEFT = '\u001b[?1049l';
const CURSOR_SHOWN = '\u001b[?25h';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
});
afterEach(() => sandbox.remove());

/** Draws on the alternate screen, again whenever the window changes; counts keys; `q` ends it. */
const FULL_SCREEN = `
const { stdin, stdout } = process;
let keys = '';
const draw = () => stdout.write('\\u001b[H\\u001b[2J' + stdout.columns + 'x' + stdout.rows + ' keys:' + keys + '.');
stdin.setRawMode(true);
stdout.write('\\u001b[?1049h\\u001b[?25l');
stdout.on('resize', draw);
stdin.on('data', (typed) => {
  for (const key of String(typed)) {
    if (key === 'q') {
      stdout.write('\\u001b[?1049l\\u001b[?25h');
      console.log('typed ' + keys);
      process.exit(0);
    }
    keys += key;
  }
  draw();
});
draw();
`;

function writeWorkflow(steps: string): void {
  sandbox.write('full-screen.cjs', FULL_SCREEN);
  sandbox.write('workflow.toml', `id = "talk"\nmax_parallel = 4\n[workspace]\nprovider = "none"\n${steps}`);
}

const EDITOR = `[steps.edit]\nargv = ["${process.execPath}", "full-screen.cjs"]\ninteractive = true\n`;
const ASKER = `[steps.ask]\nrun = 'printf "name? "; read name; echo "hello $name"'\ninteractive = true\n`;

interface PipedRun {
  readonly child: ChildProcess;
  id(): Promise<string>;
  /** Resolves with the first event of that kind. */
  seen(type: string): Promise<EventEnvelope>;
  readonly ended: Promise<unknown>;
}

/** Starts a run as a script does: without a terminal. */
function startInPipe(args: readonly string[] = ['run', '--json']): PipedRun {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', programPath, ...args], {
    cwd: sandbox.folder,
    env: sandbox.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: EventEnvelope[] = [];
  const looks = new Set<() => void>();
  createInterface(child.stdout).on('line', (line) => {
    events.push(JSON.parse(line) as EventEnvelope);
    for (const look of looks) look();
  });
  const ended = once(child, 'close').then(([code]) => code as unknown);
  const seen = (type: string): Promise<EventEnvelope> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = events.find(({ event }) => event.type === type);
        if (found !== undefined) resolve(found);
      };
      looks.add(look);
      look();
      void ended.then((code) => reject(new Error(`the run ended with ${String(code)} before ${type}`)));
    });
  return { child, seen, ended, id: () => seen('run.created').then(({ runId }) => runId) };
}

const attach = (args: readonly string[], size: { cols?: number; rows?: number } = {}): OnTerminal =>
  startOnTerminal(sandbox, ['attach', ...args], { ...size, more: { NO_COLOR: '1' } });

const runFolder = (id: string): string => join(sandbox.env['XDG_STATE_HOME']!, 'workflow/runs', id);
const socketsOf = (id: string): string[] => readdirSync(runFolder(id)).filter((name) => /\.(tty|input)$/.test(name));

test('a full-screen program is joined, left and joined again from windows of different sizes', async () => {
  writeWorkflow(EDITOR);
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const first = attach([await run.id(), 'edit'], { cols: 70, rows: 20 });
  await first.until(/70x20 keys:\./);
  first.terminal.write('ab');
  await first.until(/keys:ab\./);
  first.terminal.write(DETACH);
  assert.equal(await first.ended, 0);
  assert.match(first.text(), /left edit, which goes on; join it again: workflow attach \S+ edit/);
  const left = first.text().lastIndexOf(ALTERNATE_LEFT);
  assert.ok(left > 0 && first.text().lastIndexOf(CURSOR_SHOWN) > 0, 'the window is as it was');

  const second = attach(['@'], { cols: 41, rows: 9 });
  await second.until(/41x9 keys:ab\./);
  second.terminal.resize(50, 11);
  await second.until(/50x11 keys:ab\./);
  second.terminal.write('cq');
  assert.equal(await second.ended, 0, second.text());
  assert.match(second.text(), /edit ended with exit code 0/);
  assert.equal(await run.ended, 0);
  assert.match(sandbox.run('workflow logs @ edit').stdout, /typed abc/);
  assert.deepEqual(socketsOf(await run.id()), []);
});

test('a run on a terminal gives it to its interactive steps in turn, and shows itself again afterwards', async () => {
  writeWorkflow(`${ASKER}[steps.again]\nneeds = ["ask"]\nrun = 'printf "well? "; read x; exit "$x"'\ninteractive = true\n`);
  const run = startOnTerminal(sandbox, ['run']);
  await run.until(/ask has this terminal; leave it with ctrl-\\[^]*name\? /);
  run.terminal.write('Ada\r');
  await run.until(/hello Ada[^]*again has this terminal[^]*well\? /);
  run.terminal.write('3\r');
  assert.equal(await run.ended, 1, run.text());
  assert.match(run.text(), /again[^]*exit code 3/);
});

test('a step that was left goes on, and the run tells how it is joined again', async () => {
  writeWorkflow(ASKER);
  const run = startOnTerminal(sandbox, ['run'], { cols: 120 });
  await run.until(/name\? /);
  run.terminal.write(DETACH);
  await run.until(/left ask; join it again: workflow attach \S+ ask/);
  const guest = attach(['@', 'ask']);
  await guest.until(/name\? /);
  guest.terminal.write('Bo\r');
  assert.equal(await guest.ended, 0);
  assert.equal(await run.ended, 0);
});

test('several may be there at once; one who only watches cannot type', async () => {
  writeWorkflow(ASKER);
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const [typist, watcher] = [attach(['@']), attach(['@', '--read-only'])];
  await Promise.all([typist.until(/name\? /), watcher.until(/name\? /)]);
  watcher.terminal.write('mischief\r');
  typist.terminal.write('Cy\r');
  assert.deepEqual(await Promise.all([typist.ended, watcher.ended, run.ended]), [0, 0, 0]);
  for (const each of [typist, watcher]) assert.match(each.text(), /hello Cy/);
});

test('the terminal outlives its engine: who is there stays, and the next engine takes the step up', async () => {
  writeWorkflow(EDITOR);
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const guest = attach([await run.id()]);
  await guest.until(/keys:\./);
  run.child.kill('SIGKILL');
  await run.ended;
  guest.terminal.write('x');
  await guest.until(/keys:x\./);
  const again = startInPipe(['resume', '@', '--json']);
  await again.seen('run.resumed');
  guest.terminal.write('q');
  assert.equal(await guest.ended, 0);
  assert.equal(await again.ended, 0);
  const { steps } = JSON.parse(sandbox.run('workflow status @ --json').stdout) as { steps: { attempts: unknown[] }[] };
  assert.equal(steps[0]?.attempts.length, 1);
});

test('a window that is killed takes nothing with it', async () => {
  writeWorkflow(EDITOR);
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const first = attach([await run.id()]);
  await first.until(/keys:\./);
  first.terminal.kill('SIGKILL');
  await first.ended;
  const second = attach(['@']);
  await second.until(/keys:\./);
  second.terminal.kill('SIGTERM');
  assert.notEqual(await second.ended, 0);
  assert.ok(second.text().includes(ALTERNATE_LEFT), 'the window is as it was');
  const third = attach(['@']);
  await third.until(/keys:\./);
  third.terminal.write('q');
  assert.deepEqual([await third.ended, await run.ended], [0, 0]);
});

test('a cancel ends what is on the terminal, for all who are there', async () => {
  writeWorkflow(EDITOR);
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const guest = attach([await run.id()]);
  await guest.until(/keys:\./);
  assert.equal(sandbox.run('workflow cancel @').status, 0);
  // Told by its terminal that it hangs up, or by the run to end: whichever comes first.
  assert.ok([129, 143].includes(await guest.ended), guest.text());
  assert.ok(guest.text().includes(ALTERNATE_LEFT));
  await run.ended;
  assert.match(sandbox.run('workflow status @').stdout, /cancelled/);
  assert.deepEqual(socketsOf(await run.id()), []);
});

for (const [what, steps] of [
  ['reads a line', ASKER],
  ['takes single keys', EDITOR],
] as const) {
  test(`a step that ${what} and has nobody to type is told of`, async () => {
    writeWorkflow(steps);
    const run = startInPipe();
    const { event } = await run.seen('step.input-awaited');
    const step = 'step' in event ? event.step : '';
    assert.match(sandbox.run('workflow status @').stdout, new RegExp(`${step} +needs input`));
    const guest = attach([await run.id(), step]);
    await guest.until(/keys:\.|name\? /);
    await run.seen('step.input-settled');
    guest.terminal.write(step === 'edit' ? 'q' : 'Di\r');
    assert.deepEqual([await guest.ended, await run.ended], [0, 0]);
  });
}

test('every byte reaches the log as it was written', async () => {
  writeWorkflow(
    `[steps.bytes]\nrun = 'stty raw; i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %03o $i)"; i=$((i+1)); done'\ninteractive = true\n`,
  );
  const run = startInPipe();
  assert.equal(await run.ended, 0);
  const log = readFileSync(join(runFolder(await run.id()), '1.log'));
  assert.deepEqual(
    [...log],
    Array.from({ length: 256 }, (_, byte) => byte),
  );
});

test('a run in a deep folder has terminals, too', async () => {
  writeWorkflow(ASKER);
  const deep = join(sandbox.env['XDG_STATE_HOME']!, 'd'.repeat(90), 'd'.repeat(90));
  const env = { ...sandbox.env, XDG_STATE_HOME: deep };
  const before = sandbox;
  sandbox = { ...before, env };
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const guest = attach(['@']);
  await guest.until(/name\? /);
  guest.terminal.write('Ed\r');
  assert.deepEqual([await guest.ended, await run.ended], [0, 0]);
});

test('what cannot be joined says why, and what to do instead', async () => {
  writeWorkflow(
    `${ASKER}[steps.plain]\nrun = "while [ ! -e go ]; do sleep 0.05; done"\n[steps.after]\nneeds = ["ask"]\nrun = "true"\n`,
  );
  const run = startInPipe();
  await run.seen('step.attempt-started');
  const piped = sandbox.run('workflow attach @ ask');
  assert.equal(piped.status, 2);
  assert.match(piped.stderr, /error\[no-terminal\][^]*workflow logs \S+ ask --follow/);
  for (const [args, code, pattern] of [
    [['@', 'plain'], 3, /error\[step-not-interactive\][^]*interactive = true/],
    [['@', 'after'], 3, /error\[step-not-running\]/],
    [['@', 'aks'], 3, /error\[\S+\][^]*`ask`/],
    [['@', '--detach-keys', 'foo'], 2, /error\[wrong-usage\]: `foo` names no keys/],
  ] as const) {
    const guest = attach(args, { cols: 200 });
    assert.equal(await guest.ended, code, guest.text());
    assert.match(guest.text(), pattern);
  }
  const guest = attach(['@', 'ask', '--detach-keys', 'ctrl-p,ctrl-q']);
  await guest.until(/name\? /);
  guest.terminal.write('\u0010F\u0010\u0011');
  assert.equal(await guest.ended, 0);
  const last = attach(['@', 'ask']);
  await last.until(/name\? /);
  last.terminal.write('\r');
  await last.ended;
  sandbox.write('go', '');
  assert.equal(await run.ended, 0);
  const over = attach(['@', 'ask'], { cols: 200 });
  assert.notEqual(await over.ended, 0);
  assert.match(over.text(), /is over|error\[/);
});

test('with --no-interactive a run that needs somebody is refused before it begins', () => {
  writeWorkflow(ASKER);
  const refused = sandbox.run('workflow run --no-interactive');
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /`?ask`?/);
  assert.match(sandbox.run('workflow status').stderr, /there are no runs yet/);
  assert.equal(existsSync(join(sandbox.folder, 'hello')), false);
});
