// `workflow logs --follow` as people and programs use it: several at once, over retries, cuts, killed engines, and on a terminal.
// What a follower prints is held against the files byte for byte.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { createSandbox, programPath } from './program.ts';

const sandbox = createSandbox();
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill('SIGKILL');
  sandbox.remove();
});

interface Program {
  readonly child: ChildProcess;
  /** What it wrote to stdout until now. */
  bytes(): Buffer;
  errors(): string;
  until(isSo: () => boolean): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** Starts the program; its stdout is a pipe. */
function start(args: readonly string[], env: { readonly [name: string]: string } = {}): Program {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', programPath, ...args], {
    cwd: sandbox.folder,
    env: { ...sandbox.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const chunks: Buffer[] = [];
  let errors = '';
  let isOver = false;
  const looks = new Set<() => void>();
  const tell = (): void => {
    for (const look of looks) look();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    tell();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      isOver = true;
      children.delete(child);
      resolve(code);
      tell();
    });
  });
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!isSo() && !isOver) return;
        looks.delete(look);
        if (isSo()) resolve();
        else reject(new Error(`it ended before ${String(isSo)}:\n${errors}`));
      };
      looks.add(look);
      look();
    });
  return { child, bytes: () => Buffer.concat(chunks), errors: () => errors, until, ended };
}

const file = (name: string): string => join(sandbox.folder, name);

/** Waits for a file that a step makes. */
async function made(name: string): Promise<void> {
  while (!existsSync(file(name))) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The files with what attempts of the latest run wrote. */
function logOf(attemptNo: number, runId: string): Buffer {
  return readFileSync(join(sandbox.env['XDG_STATE_HOME']!, 'workflow/runs', runId, `${attemptNo}.log`));
}

function latestRun(): string {
  return readdirSync(join(sandbox.env['XDG_STATE_HOME']!, 'workflow/runs')).sort().at(-1)!;
}

/** Waits for the run that came after that one to begin its first step: from then on it is in the history. */
async function runAfter(before: string): Promise<string> {
  const hasBegun = (runId: string): boolean => existsSync(join(sandbox.env['XDG_STATE_HOME']!, 'workflow/runs', runId, '1.log'));
  while (latestRun() === before || !hasBegun(latestRun())) await new Promise((resolve) => setTimeout(resolve, 5));
  return latestRun();
}

const waitFor = (name: string): string => `while ! test -e '${file(name)}'; do sleep 0.02; done`;
const digest = (bytes: Buffer): string => `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;

test('followers of a step see each byte once, through a killed engine, the next one and a retry', async () => {
  sandbox.write(
    'long.toml',
    `id = "long"
[workspace]
provider = "none"
[steps.long]
retry = { max = 1, initial = "0s" }
run = '''
seq -f "attempt $WORKFLOW_ATTEMPT line %.0f é€😀" 1 2000
printf 'a part '; touch '${file('long-up')}-'$WORKFLOW_ATTEMPT; ${waitFor('long-on')}
echo 'of a line'; touch '${file('long-alone')}'; ${waitFor('long-go')}
seq 1 3000; printf '\\200\\377 no text'
test "$WORKFLOW_ATTEMPT" = 2
'''
`,
  );
  const engine = start(['run', 'long.toml']);
  await made('long-up-1');
  const followers = [start(['logs', '@', 'long', '--follow']), start(['logs', '@', 'long', '--follow', '--raw'])];
  for (const follower of followers) await follower.until(() => follower.bytes().includes('a part '));
  engine.child.kill('SIGKILL');
  await engine.ended;
  for (const follower of followers) await follower.until(() => follower.errors().includes('its steps go on'));
  writeFileSync(file('long-on'), '');
  await made('long-alone');
  // With no engine there at all.
  for (const follower of followers) await follower.until(() => follower.bytes().includes('of a line'));
  followers.push(start(['logs', '@', 'long', '--follow']));
  const next = start(['resume', '@']);
  await next.until(() => next.errors().includes('resumed') || next.bytes().includes('resumed'));
  writeFileSync(file('long-go'), '');
  assert.equal(await next.ended, 0, next.errors());
  const runId = latestRun();
  const whole = digest(Buffer.concat([logOf(1, runId), logOf(2, runId)]));
  for (const follower of followers) {
    assert.equal(await follower.ended, 0, follower.errors());
    assert.equal(digest(follower.bytes()), whole, follower.errors());
  }
});

test('a follower of a log that is cut shows what stays, and how much was left out', async () => {
  sandbox.write(
    'flood.toml',
    `id = "flood"
[workspace]
provider = "none"
[steps.flood]
run = '''
seq 1 20000; touch '${file('flood-up')}'
while ! test -e '${file('flood-quiet')}'; do seq 100000 102000; sleep 0.01; done
echo last words
'''
`,
  );
  const engine = start(['run', 'flood.toml'], { WORKFLOW_LOG_MAX: '150000B' });
  await made('flood-up');
  const follower = start(['logs', '@', '--step', 'flood', '--follow']);
  const json = start(['logs', '@', '--json', '--follow']);
  for (const each of [follower, json]) await each.until(() => each.bytes().includes('only its end follows'));
  const late = start(['logs', '@', 'flood', '--follow']);
  await late.until(() => late.bytes().includes('only its end follows'));
  // What may still be cut away is not shown, and that is said.
  writeFileSync(file('flood-quiet'), '');
  assert.equal(await engine.ended, 0, engine.errors());
  const log = logOf(1, latestRun());
  assert.match(log.toString(), /at least \d+ bytes were left out, this is the end\n[^]*\nlast words\n$/);
  for (const each of [follower, late]) {
    assert.equal(await each.ended, 0);
    assert.equal(digest(each.bytes()), digest(log));
  }
  assert.equal(await json.ended, 0);
  assert.equal(digest(joined(json.bytes())), digest(log));
});

/** What pieces of JSON hold together; each has to begin where the one before ends. */
function joined(lines: Buffer, from = 0): Buffer {
  let end = from;
  const pieces = lines
    .subarray(0, lines.lastIndexOf(10) + 1)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { offset, bytes, text, base64 } = JSON.parse(line) as {
        offset: number;
        bytes: number;
        text?: string;
        base64?: string;
      };
      assert.equal(offset, end);
      end += bytes;
      const piece = text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text);
      assert.equal(piece.length, bytes);
      return piece;
    });
  return Buffer.concat(pieces);
}

test('a program that is killed goes on by the offset that it had reached', async () => {
  sandbox.write(
    'offset.toml',
    `id = "offset"
[workspace]
provider = "none"
[steps.a]
run = '''
seq -f '%.0f é' 1 50000; printf '\\377\\n'; touch '${file('offset-up')}'; ${waitFor('offset-go')}
seq 1 50000; printf 'no newline'
'''
`,
  );
  const engine = start(['run', 'offset.toml']);
  await made('offset-up');
  const first = start(['logs', '@', 'a', '--attempt', '1', '--json', '--follow']);
  await first.until(() => first.bytes().includes('12345 é'));
  first.child.kill('SIGKILL');
  await first.ended;
  const begun = joined(first.bytes());
  const second = start(['logs', '@', 'a', '--attempt', '1', '--json', '--follow', '--offset', `${begun.length}`]);
  writeFileSync(file('offset-go'), '');
  assert.equal(await second.ended, 0, second.errors());
  assert.equal(await engine.ended, 0);
  assert.equal(digest(Buffer.concat([begun, joined(second.bytes(), begun.length)])), digest(logOf(1, latestRun())));
});

test('lines of steps that write at the same time stay whole, and each step has its own in order', async () => {
  const talk = (name: string): string =>
    `[steps.${name}]\nrun = '''\nfor i in $(seq 1 300); do printf '${name} '; printf "%s é" $i; echo; done; printf 'the end of ${name}'\n'''\n`;
  sandbox.write(
    'chorus.toml',
    `id = "chorus"\nmax_parallel = 3\n[workspace]\nprovider = "none"\n${['a', 'bb', 'ccc'].map(talk).join('')}`,
  );
  const before = latestRun();
  const engine = start(['run', 'chorus.toml']);
  const follower = start(['logs', await runAfter(before), '--follow']);
  assert.equal(await engine.ended, 0);
  assert.equal(await follower.ended, 0, follower.errors());
  const lines = follower.bytes().toString().trimEnd().split('\n');
  assert.equal(lines.length, 903);
  for (const name of ['a', 'bb', 'ccc']) {
    const own = lines.filter((line) => line.startsWith(`${name.padEnd(3)} | `)).map((line) => line.slice(6));
    assert.deepEqual(own, [...Array.from({ length: 300 }, (_, index) => `${name} ${index + 1} é`), `the end of ${name}`]);
  }
});

test('following a step ends with the step; the run may go on', async () => {
  sandbox.write(
    'two.toml',
    `id = "two"
[workspace]
provider = "none"
[steps.quick]
run = "echo quick; ${waitFor('two-quick').replaceAll("'", '')}"
[steps.slow]
needs = ["quick"]
run = "touch ${file('two-slow')}; ${waitFor('two-end').replaceAll("'", '')}"
`,
  );
  const before = latestRun();
  const engine = start(['run', 'two.toml']);
  const follower = start(['logs', await runAfter(before), 'quick', '--follow']);
  await follower.until(() => follower.bytes().includes('quick\n'));
  writeFileSync(file('two-quick'), '');
  assert.equal(await follower.ended, 0);
  assert.equal(follower.bytes().toString(), 'quick\n');
  assert.equal(engine.child.exitCode, null);
  writeFileSync(file('two-end'), '');
  assert.equal(await engine.ended, 0);
});

test('following a run whose engine and steps are gone ends, and says how to go on', async () => {
  sandbox.write(
    'gone.toml',
    `id = "gone"\n[workspace]\nprovider = "none"\n[steps.a]\nrun = "echo begun; touch ${file('gone-up')}; ${waitFor('gone-go').replaceAll("'", '')}; echo done; touch ${file('gone-ended')}"\n`,
  );
  const engine = start(['run', 'gone.toml']);
  await made('gone-up');
  const follower = start(['logs', '@', '--follow']);
  await follower.until(() => follower.bytes().includes('begun'));
  engine.child.kill('SIGKILL');
  await engine.ended;
  writeFileSync(file('gone-go'), '');
  await made('gone-ended');
  assert.equal(await follower.ended, 0);
  assert.equal(follower.bytes().toString(), 'a | begun\na | done\n');
  assert.match(follower.errors(), /nobody drives this run any more; go on with it: workflow resume \w{16}\n$/);
});

test('a step that takes a while tells when it wrote what, and `--since` goes by that', async () => {
  sandbox.write(
    'timed.toml',
    `id = "timed"\n[workspace]\nprovider = "none"\n[steps.a]\nrun = "echo first; ${waitFor('timed-go').replaceAll("'", '')}; echo second"\n`,
  );
  const before = latestRun();
  const engine = start(['run', 'timed.toml']);
  const runId = await runAfter(before);
  const times = join(sandbox.env['XDG_STATE_HOME']!, 'workflow/runs', runId, '1.times');
  while (!existsSync(times)) await new Promise((resolve) => setTimeout(resolve, 5));
  const betweenMs = Date.now() + 1;
  while (Date.now() <= betweenMs) await new Promise((resolve) => setTimeout(resolve, 1));
  writeFileSync(file('timed-go'), '');
  assert.equal(await engine.ended, 0);
  const since = new Date(betweenMs).toISOString();
  assert.equal(sandbox.run(`workflow logs ${runId} a --since ${since}`).stdout, 'second\n');
  const [first, second] = sandbox
    .run(`workflow logs ${runId} a --json`)
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; time: string; notBefore: string });
  assert.ok(first!.notBefore <= first!.time && first!.time < since, JSON.stringify(first));
  assert.ok(second!.notBefore <= second!.time && second!.time >= since, JSON.stringify(second));
});

test('no sequence of a log reaches a terminal, apart from colours; --raw passes all of them', async () => {
  const harmful = [
    '\\033]0;title\\007',
    '\\033]52;c;ZXZpbA==\\007',
    '\\033[2J',
    '\\033[9A',
    '\\033[?1049h',
    '\\033[6n',
    '\\033P+q544e\\033\\\\',
    '\\033c',
    '\\302\\233',
  ];
  sandbox.write(
    'harm.toml',
    `id = "harm"\n[workspace]\nprovider = "none"\n[steps.harm]\nrun = '''\nprintf '${harmful.join(' ')}'\nprintf '\\033[31mred\\033[0m\\n 10%%\\r 90%%\\rready\\n'\nprintf '\\033]0;never ends'\n'''\n`,
  );
  assert.equal(sandbox.run('workflow run harm.toml').status, 0);
  const shown = async (flags: readonly string[], env: { readonly [name: string]: string }): Promise<string> => {
    let text = '';
    const terminal = spawnOnTerminal(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', programPath, 'logs', '@', 'harm', ...flags],
      { cwd: sandbox.folder, cols: 80, rows: 10, env: { ...sandbox.env, TERM: 'xterm-256color', NO_COLOR: '', ...env } },
    );
    terminal.onData((data) => (text += data));
    await new Promise((resolve) => terminal.onExit(resolve));
    return text;
  };
  const colored = await shown([], {});
  assert.match(colored, /\u001b\[31mred\u001b\[0m/);
  assert.match(colored, /^ready\r$/m);
  assert.doesNotMatch(colored.replaceAll(/\u001b\[\d*m/g, ''), /[\u001b\u0007\u009b]|title|ZXZ/);
  for (const plain of [
    await shown(['--plain'], {}),
    await shown([], { NO_COLOR: '1' }),
    await shown(['--follow', '--plain'], {}),
  ]) {
    assert.doesNotMatch(plain, /[\u001b\u0007\u009b]/);
    assert.match(plain, /red/);
  }
  assert.match(await shown(['--raw'], {}), /\u001b\]52;c;ZXZpbA==\u0007[^]*\u001b\[\?1049h/);
});

test('a line of 100 MB needs no memory of its size, in one piece or rewritten', () => {
  sandbox.write(
    'wide.toml',
    `id = "wide"
[workspace]
provider = "none"
[steps.wide]
run = "head -c 100000000 /dev/zero | tr '\\\\0' x"
[steps.bar]
run = "yes 'percent' | head -c 50000000 | tr '\\\\n' '\\\\r'; echo; echo ready"
`,
  );
  assert.equal(sandbox.run('workflow run wide.toml').status, 0);
  const limited = (args: string): string =>
    sandbox.run(`NODE_OPTIONS=--max-old-space-size=60 workflow logs @ ${args}; echo "$?"`).stdout;
  assert.equal(limited('wide --plain | wc -c'), '100000001\n0\n');
  assert.match(limited("--json --step wide | sed 's/\"text.*//' | tail -n 1"), /"offset":\d+,"bytes":\d+/);
  const bar = sandbox.run('workflow logs @ bar --plain').stdout;
  assert.ok(bar.length < 1000, `${bar.length}`);
  assert.match(bar, /ready\n$/);
});
