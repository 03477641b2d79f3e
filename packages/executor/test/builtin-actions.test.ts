import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Json, Template } from '@workflow-platform/core';
import { attempt, eventsOf, makeFolder, outputsOf, planOf, removeRuns, run, startRun, testRunId } from './support/make-run.ts';
import type { RunTweaks } from './support/make-run.ts';

after(removeRuns);

/** Runs one built-in action in a workspace that `prepare` has filled. */
async function act(
  action: string,
  inputs: { readonly [name: string]: Json },
  prepare: (folder: string) => void = () => {},
  tweaks: RunTweaks = {},
) {
  const base = makeFolder();
  mkdirSync(join(base, 'ws'));
  prepare(join(base, 'ws'));
  const templates: { [name: string]: Template } = {};
  for (const [name, value] of Object.entries(inputs)) templates[name] = { json: value };
  const done = await run(planOf([attempt('act', { kind: 'builtin', action, inputs: templates })]), { base, ...tweaks });
  const [failed] = eventsOf(done, 'step.failed');
  const failure = failed?.failure;
  const message =
    failure === undefined ? null : 'hint' in failure ? failure.hint : 'message' in failure ? failure.message : failure.kind;
  return { ...done, outputs: outputsOf(done, 'act') ?? {}, message: message ?? null };
}

describe('git/diff-summary', () => {
  const git = (folder: string, ...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
  const prepare = (folder: string): void => {
    git(folder, 'init', '-q');
    writeFileSync(join(folder, 'kept.txt'), '1\n2\n3\n');
    writeFileSync(join(folder, 'old name.txt'), 'a\nb\nc\nd\ne\nf\n');
    writeFileSync(join(folder, 'gone.txt'), 'x\n');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'one');
    writeFileSync(join(folder, 'kept.txt'), '1\nzwei\n3\n4\n');
    git(folder, 'mv', 'old name.txt', 'new\tnäme.txt');
    git(folder, 'rm', '-q', 'gone.txt');
    writeFileSync(join(folder, 'fresh.txt'), 'new\nlines\n');
    writeFileSync(join(folder, 'picture.bin'), Buffer.from([1, 0, 2]));
  };

  it('lists what changed in the working tree, new files and renames included', async () => {
    const { outputs } = await act('git/diff-summary', {}, prepare);
    assert.deepEqual(JSON.parse(outputs['files'] ?? ''), [
      { path: 'fresh.txt', status: 'added', insertions: 2, deletions: 0 },
      { path: 'gone.txt', status: 'deleted', insertions: 0, deletions: 1 },
      { path: 'kept.txt', status: 'modified', insertions: 2, deletions: 1 },
      { path: 'new\tnäme.txt', status: 'renamed', from: 'old name.txt', insertions: 0, deletions: 0 },
      { path: 'picture.bin', status: 'added', insertions: null, deletions: 0 },
    ]);
    assert.equal(outputs['summary'], '5 files changed, 4 insertions, 2 deletions');
    assert.equal(outputs['changed'], 'true');
  });

  it('compares two revisions, and with where a branch parted', async () => {
    const branch = (folder: string): void => {
      prepare(folder);
      git(folder, 'checkout', '-qb', 'work');
      git(folder, 'commit', '-qam', 'two');
      git(folder, 'checkout', '-q', 'main');
      writeFileSync(join(folder, 'later.txt'), 'later\n');
      git(folder, 'add', 'later.txt');
      git(folder, 'commit', '-qm', 'three');
    };
    const byBase = await act('git/diff-summary', { base: 'main', to: 'work' }, branch);
    assert.equal(byBase.outputs['files_changed'], '3');
    const byFrom = await act('git/diff-summary', { from: 'main', to: 'work' }, branch);
    assert.equal(byFrom.outputs['files_changed'], '4');
  });

  it('says which revision is not there, and takes none for an option', async () => {
    assert.equal(
      (await act('git/diff-summary', { from: '--output=pwned' }, prepare)).message,
      'there is no revision `--output=pwned`',
    );
    assert.match((await act('git/diff-summary', { from: 'a', base: 'b' }, prepare)).message ?? '', /cannot both be given/);
    assert.match((await act('git/diff-summary', {})).message ?? '', /not a git repository/i);
  });
});

describe('jj/diff-summary', () => {
  const program = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'jj'))
    .find((path) => existsSync(path));

  it('lists what changed in the working copy and since a base', async (t) => {
    if (program === undefined) return t.skip('needs jj');
    const env = {
      PATH: `${join(program, '..')}${delimiter}${process.env['PATH']}`,
      HOME: makeFolder(),
      JJ_USER: 't',
      JJ_EMAIL: 't@t',
    };
    const jj = (folder: string, ...words: string[]): string =>
      execFileSync(program, words, { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' });
    const prepare = (folder: string): void => {
      jj(folder, 'git', 'init', '--no-colocate');
      writeFileSync(join(folder, 'kept.txt'), '--- a/x\n2\n3\n');
      writeFileSync(join(folder, 'old.txt'), 'a\nb\nc\nd\ne\nf\n');
      writeFileSync(join(folder, 'gone.txt'), 'x\n');
      jj(folder, 'commit', '-m', 'one');
      writeFileSync(join(folder, 'kept.txt'), '2\n+++ b/y\n3');
      writeFileSync(join(folder, 'new näme.txt'), 'a\nb\nc\nd\ne\nf\n');
      for (const name of ['old.txt', 'gone.txt']) rmSync(join(folder, name));
      writeFileSync(join(folder, 'picture.bin'), Buffer.from([1, 0, 2]));
    };
    const now = await act('jj/diff-summary', {}, prepare, { env });
    assert.deepEqual(JSON.parse(now.outputs['files'] ?? 'null'), [
      { path: 'gone.txt', status: 'deleted', insertions: 0, deletions: 1 },
      { path: 'kept.txt', status: 'modified', insertions: 2, deletions: 2 },
      { path: 'new näme.txt', status: 'renamed', from: 'old.txt', insertions: 0, deletions: 0 },
      { path: 'picture.bin', status: 'added', insertions: null, deletions: null },
    ]);
    const since = await act('jj/diff-summary', { base: 'root()' }, prepare, { env });
    assert.equal(since.outputs['files_changed'], '3');
    assert.match((await act('jj/diff-summary', { from: 'nowhere' }, prepare, { env })).message ?? '', /nowhere/);
  });
});

describe('file/template', () => {
  const prepare = (folder: string): void => {
    writeFileSync(join(folder, 'in.md'), 'Hello ${{ values.name }}, ${{ values.list[1] }} and $${{ x }}\n');
    symlinkSync('/etc', join(folder, 'etc'));
  };

  it('fills a template and says whether the file changed', async () => {
    const values = { name: '$(x) `y`', list: ['a', 'b'] };
    const done = await act('file/template', { template: 'in.md', to: 'out/deep/a.md', values }, prepare);
    assert.deepEqual(done.outputs, { path: 'out/deep/a.md', changed: 'true' });
    assert.equal(readFileSync(join(done.folder, 'out/deep/a.md'), 'utf8'), 'Hello $(x) `y`, b and ${{ x }}\n');
  });

  for (const [title, inputs, message] of [
    [
      'a value that is not there',
      { template: 'in.md', to: 'a', values: { nam: 1 } },
      'in.md: there is no value `name` for it in `values`',
    ],
    ['a target outside', { template: 'in.md', to: '../a' }, '`../a` is outside of the workspace'],
    [
      'a target behind a link',
      { template: 'in.md', to: 'etc/x', values: { name: '', list: ['', ''] } },
      '`etc/x` is outside of the workspace',
    ],
    ['a template outside', { template: 'etc/passwd', to: 'a' }, 'there is no template `etc/passwd` in the workspace'],
    [
      'an input it does not have',
      { template: 'in.md', to: 'a', vales: 1 },
      'file/template: the input `vales` is not an input of the action; it has template, to, values',
    ],
    ['a missing input', { template: 'in.md' }, 'file/template: the input `to` is required but missing'],
  ] as const) {
    it(`refuses ${title}`, async () => assert.equal((await act('file/template', inputs, prepare)).message, message));
  }
});

describe('http/request', () => {
  let server: Server;
  let other: Server;
  let base = '';
  let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const listen = (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> =>
    new Promise((resolve) => {
      const made = createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => (body += text));
        request.on('end', () => {
          seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
          handle(request, response);
        });
      }).listen(0, '127.0.0.1', () => resolve(made));
    });
  const baseOf = (one: Server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;

  before(async () => {
    other = await listen((_request, response) => response.end('elsewhere'));
    server = await listen((request, response) => {
      switch (request.url?.split('?')[0]) {
        case '/json':
          return response.setHeader('content-type', 'application/json').end('{ "a": [1] }');
        case '/away':
          return response.writeHead(302, { location: `${baseOf(other)}/there` }).end();
        case '/around':
          return response.writeHead(307, { location: '/around' }).end();
        case '/file':
          return response.writeHead(302, { location: 'file:///etc/passwd' }).end();
        case '/missing':
          return response.writeHead(404).end('no such thing');
        case '/big':
          return response.end('x'.repeat(3_000_000));
        case '/slow':
          return undefined;
        default:
          return response.end('ok');
      }
    });
    base = baseOf(server);
  });
  after(() => {
    for (const one of [server, other]) {
      one.closeAllConnections();
      one.close();
    }
  });

  it('sends method, headers and a JSON body, and gives the answer as outputs', async () => {
    seen = [];
    const { outputs } = await act('http/request', {
      url: `${base}/json?q=1`,
      method: 'POST',
      headers: { 'x-a': 'b' },
      json: { c: 1 },
    });
    assert.deepEqual([outputs['status'], outputs['body'], outputs['json']], ['200', '{ "a": [1] }', '{"a":[1]}']);
    assert.deepEqual(
      [seen[0]?.method, seen[0]?.headers['x-a'], seen[0]?.headers['content-type'], seen[0]?.body],
      ['POST', 'b', 'application/json', '{"c":1}'],
    );
  });

  it('keeps what may be secret out of the log', async () => {
    const url = `${base.replace('//', '//user:passw0rd@')}/x?token=t0ken`;
    const done = await act('http/request', { url, method: 'POST', headers: { authorization: 'Bearer s3cret' }, body: 'b0dy' });
    assert.equal(done.outputs['status'], '200');
    assert.doesNotMatch(done.log(1), /passw0rd|t0ken|s3cret|b0dy/);
    assert.deepEqual(readdirSync(done.options.paths.runFolder), ['1.log']);
    assert.match(done.log(1), /^POST http:\/\/127\.0\.0\.1:\d+\/x: 200 OK$/m);
  });

  it('follows a redirect without taking credentials to another place', async () => {
    seen = [];
    const { outputs } = await act('http/request', {
      url: `${base}/away`,
      headers: { authorization: 'Bearer s3cret', 'x-a': 'b' },
    });
    assert.equal(outputs['body'], 'elsewhere');
    assert.deepEqual([seen[1]?.url, seen[1]?.headers.authorization, seen[1]?.headers['x-a']], ['/there', undefined, 'b']);
  });

  it('writes a large body to a file of the workspace', async () => {
    const done = await act('http/request', { url: `${base}/big`, save_to: 'down/big.txt' });
    assert.equal(readFileSync(join(done.folder, 'down/big.txt')).length, 3_000_000);
    assert.equal(done.outputs['body'], undefined);
  });

  it('takes a status that is expected', async () => {
    assert.equal((await act('http/request', { url: `${base}/missing`, expect: [200, 404] })).outputs['status'], '404');
  });

  for (const [title, inputs, expected] of [
    [
      'a status that is not expected',
      { url: '/missing' },
      /^GET http:\S+\/missing was answered with 404 Not Found, expected 200-299$/,
    ],
    ['redirects without end', { url: '/around' }, /leads on to more than 5 other places/],
    ['a redirect to a file', { url: '/file' }, /`file:` is not supported/],
    [
      'a body that is too large',
      { url: '/big' },
      /larger than 1048576 bytes; raise `max_bytes` or write it to a file with `save_to`/,
    ],
    ['an answer that does not come', { url: '/slow', timeout: '50ms' }, /took longer than 50 ms/],
    ['a body with GET', { url: '/', body: 'x' }, /a GET request has no body/],
    ['a method that there is not', { url: '/', method: 'FETCH' }, /the input `method` must be one of GET, HEAD/],
    ['a bad header', { url: '/', headers: { 'a b': 's3cret' } }, /the header `a b` has a name or value/],
    ['a file outside', { url: '/', save_to: '../x' }, /outside of the workspace/],
  ] as const) {
    it(`fails for ${title}`, async () => {
      const { message } = await act('http/request', { ...inputs, url: base + inputs.url });
      assert.match(message ?? 'it did not fail', expected);
    });
  }

  it('fails with the reason when nobody listens', async () => {
    const { message } = await act('http/request', { url: 'http://127.0.0.1:1/x' });
    assert.match(message ?? '', /^GET http:\/\/127\.0\.0\.1:1\/x failed: /);
  });
});

describe('workflow/run', () => {
  it('hands parameters over, names its parent and shares the workspace', async () => {
    const done = await act('workflow/run', { workflow: './child.toml', depth: 'deep' });
    assert.deepEqual(done.outputs, { run_id: 'child-1', status: 'succeeded' });
    const asked = JSON.parse(
      done
        .log(1)
        .split('\n')
        .find((line) => line.startsWith('{')) ?? '',
    );
    assert.deepEqual(asked, {
      workflow: './child.toml',
      parameters: { depth: 'deep' },
      parent: { runId: testRunId, step: 'act' },
      workspacePath: done.folder,
    });
  });

  it('asks for a workspace of its own when told to', async () => {
    const done = await act('workflow/run', { workflow: './child.toml', workflow_workspace: 'own' });
    assert.match(done.log(1), /"workspacePath":null/);
  });

  it('fails with the run', async () => {
    const { message } = await act('workflow/run', { workflow: './fails.toml' });
    assert.equal(message, 'the run child-1 of ./fails.toml failed: build failed; see `workflow status child-1`');
  });

  it('passes a second stop on, and is not killed before its run', async () => {
    const inputs = { workflow: { json: './waits.toml' }, patience: { json: 'little' } };
    const started = startRun(planOf([attempt('act', { kind: 'builtin', action: 'workflow/run', inputs })]), { graceMs: 60_000 });
    const logFile = join(started.options.paths.runFolder, '1.log');
    const until = async (text: string): Promise<void> => {
      while (!existsSync(logFile) || !started.log(1).includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until('waiting');
    started.handle.cancel('somebody', 'enough');
    await until('asked to end');
    started.handle.kill();
    assert.equal((await started.handle.finished).status, 'cancelled');
    assert.match(started.log(1), /child cancelled/);
  });

  it('cancels the run when it is cancelled itself', async () => {
    const plan = planOf([
      attempt('act', { kind: 'builtin', action: 'workflow/run', inputs: { workflow: { json: './waits.toml' } } }),
    ]);
    const started = startRun(plan);
    const logFile = join(started.options.paths.runFolder, '1.log');
    while (!existsSync(logFile) || !started.log(1).includes('waiting')) await new Promise((resolve) => setTimeout(resolve, 5));
    started.handle.cancel('somebody', 'enough');
    assert.equal((await started.handle.finished).status, 'cancelled');
    assert.match(started.log(1), /child cancelled/);
  });
});
