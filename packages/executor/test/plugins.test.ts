import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, describe, it } from 'node:test';
import { builtinParameterTypes } from '@workflow-platform/core';
import type { Json, Template, WorkflowModel } from '@workflow-platform/core';
import { loadPlugins, pluginParents } from '../src/index.ts';
import type { LoadedPlugins } from '../src/index.ts';
import { attempt, eventsOf, makeFolder, outputsOf, planOf, removeRuns, run } from './support/make-run.ts';

after(removeRuns);

const examples = fileURLToPath(new URL('../../../examples/plugins', import.meta.url));
const typeNames = builtinParameterTypes.map(({ name }) => name);
const hasPython = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'python3')));

/** Installs plugins into a new folder: those of the examples by copying, others from the texts of their files. */
function install(
  names: readonly string[],
  made: { readonly [name: string]: { readonly [file: string]: string } } = {},
): { folder: string; loaded: LoadedPlugins } {
  const folder = makeFolder();
  for (const name of names) cpSync(join(examples, name), join(folder, name), { recursive: true });
  for (const [name, files] of Object.entries(made)) {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  }
  return { folder, loaded: loadPlugins([folder], typeNames) };
}

async function act(
  loaded: LoadedPlugins,
  plugin: string,
  action: string,
  inputs: { readonly [name: string]: Json },
  files: { readonly [name: string]: string } = {},
) {
  const templates: { [name: string]: Template } = {};
  for (const [name, value] of Object.entries(inputs)) templates[name] = { json: value };
  const base = makeFolder();
  mkdirSync(join(base, 'ws'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(base, 'ws', name), text);
  const version = loaded.plugins.find(({ manifest }) => manifest.name === plugin)?.manifest.version ?? '';
  const done = await run(planOf([attempt('act', { kind: 'plugin', plugin, action, version, inputs: templates })]), {
    base,
    graceMs: 300,
    plugins: loaded.plugins,
    parameterTypes: [...builtinParameterTypes, ...loaded.parameterTypes],
  });
  const failure = eventsOf(done, 'step.failed')[0]?.failure;
  const message =
    failure === undefined ? null : 'hint' in failure ? failure.hint : 'message' in failure ? failure.message : failure.kind;
  return { ...done, outputs: outputsOf(done, 'act') ?? null, message: message ?? null, kind: failure?.kind ?? null };
}

describe('example plugins', () => {
  it('are installed by copying, and load without a word', () => {
    const { loaded } = install(['todo-count', 'changelog']);
    assert.deepEqual(loaded.problems, []);
    assert.deepEqual(
      loaded.signatures.map(({ reference, version }) => [reference, version]),
      [
        ['plugin:changelog/latest', '0.2.0'],
        ['plugin:todo-count/count', '1.0.0'],
      ],
    );
  });

  it('run a step in JavaScript, with typed inputs, outputs, a log and an artifact', async () => {
    const { loaded } = install(['todo-count']);
    const done = await act(
      loaded,
      'todo-count',
      'count',
      { marks: 'NOTE,FIX', most: '9' },
      { 'a.js': '// NOTE one\nx\n// FIX two\n', 'b.txt': 'NOTE' },
    );
    assert.equal(done.outputs?.['count'], '2');
    assert.deepEqual(JSON.parse(done.outputs['places'] ?? ''), [
      { file: 'a.js', line: 1, text: '// NOTE one' },
      { file: 'a.js', line: 3, text: '// FIX two' },
    ]);
    assert.equal(done.log(1), '2 places in .\n');
    assert.deepEqual(
      eventsOf(done, 'artifact.stored').map(({ name, path }) => [name, path]),
      [['todo-report', 'todo-report.txt']],
    );
    assert.equal(done.blobs[0]?.text, 'a.js:1: // NOTE one\na.js:3: // FIX two\n');
  });

  it('fail a step with what they throw', async () => {
    const { loaded } = install(['todo-count']);
    const done = await act(loaded, 'todo-count', 'count', { most: 0, marks: ['NOTE'] }, { 'a.js': 'NOTE' });
    assert.equal(done.message, '1 places, at most 0 are allowed');
    assert.doesNotMatch(done.log(1), /at .*index\.mjs/);
  });

  it('run a step in Python over the same protocol', async (t) => {
    if (!hasPython) return t.skip('needs python3');
    const { loaded } = install(['changelog']);
    const text = '# Changes\n\n## 1.2.0 - today\n- new “thing”\n\n## 1.1.0\n- old\n';
    const newest = await act(loaded, 'changelog', 'latest', {}, { 'CHANGELOG.md': text });
    assert.deepEqual(newest.outputs, { release: '1.2.0', text: '- new “thing”' });
    assert.equal(newest.log(1), 'release 1.2.0 of 2\n');
    assert.equal(
      (await act(loaded, 'changelog', 'latest', { release: '1.1.0' }, { 'CHANGELOG.md': text })).outputs?.['text'],
      '- old',
    );
    const missing = await act(loaded, 'changelog', 'latest', { release: '9.9.9' }, { 'CHANGELOG.md': text });
    assert.equal(missing.message, 'CHANGELOG.md has no release 9.9.9');
    assert.match(missing.log(1), /error: CHANGELOG.md has no release 9\.9\.9/);
  });

  it('bring parameter types, which are checked before anything starts', async () => {
    const { loaded } = install(['changelog']);
    const done = await act(loaded, 'changelog', 'latest', { release: 'v1' });
    assert.equal(done.message, 'plugin:changelog/latest: the input `release` must match `\\d+\\.\\d+\\.\\d+`');
    assert.equal(existsSync(join(done.options.paths.runFolder, '1.log')), false);
  });

  it('bring rules for workflow files', () => {
    const { loaded } = install(['changelog']);
    const step = (id: string, timeoutMs: number | null) => ({ id, path: ['steps', id], steps: null, timeoutMs });
    const model = { steps: [step('a', null), { ...step('b', null), steps: [step('c', 1000)] }] } as unknown as WorkflowModel;
    assert.deepEqual(
      loaded.validators[0]?.check(model).map(({ code, path, severity }) => [code, path, severity]),
      [['required', ['steps', 'a'], 'warning']],
    );
  });
});

describe('loading plugins', () => {
  const manifest = (name: string, more = ''): { 'plugin.toml': string; 'main.sh': string } => ({
    'plugin.toml': `name = "${name}"\nversion = "1.0.0"\nprotocol = 1\nexec = ["sh", "main.sh"]\n${more}`,
    'main.sh': '',
  });

  it('takes the plugin of the project before that of the user, and says so', () => {
    const project = makeFolder();
    const home = makeFolder();
    const parents = pluginParents({ HOME: home }, project);
    assert.deepEqual(parents, [join(project, '.workflow/plugins'), join(home, '.local/share/workflow/plugins')]);
    for (const parent of parents) {
      mkdirSync(join(parent, 'p'), { recursive: true });
      writeFileSync(join(parent, 'p', 'plugin.toml'), manifest('p')['plugin.toml']);
    }
    const loaded = loadPlugins(parents, typeNames);
    assert.deepEqual(
      loaded.plugins.map(({ folder }) => folder),
      [join(parents[0] ?? '', 'p')],
    );
    assert.deepEqual(
      loaded.problems.map(({ severity, message }) => [severity, message]),
      [['warning', `the plugin \`p\` is not used: the one in ${join(parents[0] ?? '', 'p')} comes first`]],
    );
  });

  it('reads a manifest in JSON too', () => {
    const json = JSON.stringify({
      name: 'j',
      version: '1.0.0',
      protocol: 1,
      exec: ['true'],
      actions: { go: { inputs: { a: {} } } },
    });
    const { loaded } = install([], { j: { 'plugin.json': json } });
    assert.deepEqual(loaded.problems, []);
    assert.equal(loaded.signatures[0]?.inputs[0]?.type, 'string');
  });

  it('needs no folder to be there', () => {
    assert.deepEqual(loadPlugins(['/no/such/folder'], typeNames).problems, []);
  });

  it('tells all mistakes of a manifest at their places, leaves the plugin out, and goes on with the others', () => {
    const broken = [
      'name = "other"',
      'version = "1"',
      'protocol = 2',
      'exec = ["sh"]',
      'main = "gone.mjs"',
      'extra = 1',
      '[actions.Go]',
      'inputs.a = { type = "strin", defualt = 1 }',
      'outputs."1x" = {}',
      '[types.string]',
      'pattern = "("',
      '[validators.v]',
      'of = "step"',
      'key = "runn"',
      'message = "m"',
      'required = true',
    ].join('\n');
    const { loaded } = install([], { broken: { 'plugin.toml': broken }, fine: manifest('fine') });
    assert.deepEqual(
      loaded.plugins.map(({ manifest: one }) => one.name),
      ['fine'],
    );
    const told = loaded.problems.map(({ line, message, help }) => `${line}: ${message}${help === null ? '' : ` (${help})`}`);
    for (const expected of [
      /^2: `version` must be a version/,
      /^3: `protocol` is 2, but this engine speaks 1/,
      /^4: `exec` and `main` cannot both be given/,
      /^10: there is a parameter type `string` already/,
      /^11: `types.string.pattern` is no RE2 pattern/,
      /^7: the action's name `Go` must be/,
      /^8: unknown key `actions.Go.inputs.a.defualt` \(did you mean `default`\?\)/,
      /^8: `actions.Go.inputs.a.type` is `strin`, which is no parameter type \(did you mean `string`\?\)/,
      /^9: `1x` cannot be the name of an output/,
      /^14: `validators.v.key` is no key that a rule for a step can look at/,
      /^6: unknown key `extra`/,
      /^1: the plugin is called `other`, but its folder `broken`/,
    ]) {
      assert.ok(
        told.some((one) => expected.test(one)),
        `${expected} in\n${told.join('\n')}`,
      );
    }
  });

  for (const [title, files, message] of [
    ['no manifest', { 'index.mjs': '' }, /has no manifest/],
    ['TOML that does not parse', { 'plugin.toml': 'name = ' }, /./],
    ['JSON that does not parse', { 'plugin.json': '{' }, /is not JSON/],
    ['a list as manifest', { 'plugin.json': '[]' }, /must be a JSON object/],
    [
      'a module that is not there',
      { 'plugin.toml': 'name = "p"\nversion = "1.0.0"\nprotocol = 1\nmain = "x.mjs"' },
      /there is no file `x.mjs`/,
    ],
    [
      'neither module nor program',
      { 'plugin.toml': 'name = "p"\nversion = "1.0.0"\nprotocol = 1\n[actions.a]' },
      /`main` is missing/,
    ],
  ] as const) {
    it(`tells of ${title}`, () => {
      const { loaded } = install([], { p: files as unknown as { readonly [file: string]: string } });
      assert.equal(loaded.plugins.length, 0);
      assert.match(loaded.problems[0]?.message ?? '', message);
    });
  }
});

describe('a plugin that misbehaves', () => {
  const ok = `echo '{"type":"result","status":"success"}'`;
  const plugin = (script: string): LoadedPlugins => {
    const toml =
      'name = "p"\nversion = "1.0.0"\nprotocol = 1\nexec = ["sh", "main.sh"]\n[actions.go.outputs]\na = { required = true }\nb = {}\n';
    return install([], { p: { 'plugin.toml': toml, 'main.sh': `cat >/dev/null\n${script}\n` } }).loaded;
  };
  for (const [title, script, message] of [
    ['writes junk', `echo hello; ${ok}`, /line 1 of its stdout \(`hello`\) is no message: it is not JSON/],
    ['writes a message of no known type', `echo '{"type":"outptu"}'`, /`type` must be one of output, log/],
    [
      'gives an output that it does not declare',
      `echo '{"type":"output","name":"c","value":"1"}'; ${ok}`,
      /the output `c`, which it does not declare; declared: a, b/,
    ],
    ['gives an output that is no text', `echo '{"type":"output","name":"a","value":1}'; ${ok}`, /`value` must be a text/],
    ['ends without a required output', ok, /without the output `a`/],
    ['ends without a result', `echo '{"type":"output","name":"a","value":"1"}'`, /ended with status 0 before it told a result/],
    ['dies', 'exit 3', /ended with status 3 before it told a result/],
    [
      'goes on after the result',
      `${ok}; echo '{"type":"log","level":"info","message":"x"}'`,
      /line 2 of its stdout comes after the result/,
    ],
    [
      'keeps a file outside as an artifact',
      `echo '{"type":"artifact","name":"x","path":"../../etc/passwd"}'; ${ok}`,
      /there is no file `..\/..\/etc\/passwd` inside/,
    ],
    ['writes what is not UTF-8', `printf '\\377\\n'`, /not UTF-8/],
  ] as const) {
    it(`fails the step clearly when it ${title}`, async () => {
      const done = await act(plugin(script), 'p', 'go', {});
      assert.equal(done.kind, 'output');
      assert.match(done.message ?? '', message);
      assert.match(done.message ?? '', /^plugin:p\/go: /);
    });
  }

  it('fails the step with the signal when it is killed', async () => {
    assert.equal((await act(plugin('kill -KILL $$'), 'p', 'go', {})).kind, 'signal');
  });

  it('is ended when it floods', async () => {
    const done = await act(
      plugin(`yes '{"type":"log","level":"info","message":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}'`),
      'p',
      'go',
      {},
    );
    assert.match(done.message ?? '', /wrote more than 33554432 bytes to stdout/);
  });

  it('is refused when another version is installed than the run was planned with', async () => {
    const { plugins } = plugin(ok);
    const action = { kind: 'plugin', plugin: 'p', action: 'go', version: '0.9.0', inputs: {} } as const;
    const done = await run(
      planOf([attempt('act', action), attempt('gone', { ...action, plugin: 'q', version: '1' }, { onFailure: 'continue' })], {
        maxParallel: 2,
      }),
      { plugins },
    );
    const messages = eventsOf(done, 'step.failed').map(({ failure }) =>
      failure.kind === 'spawn' ? failure.message : failure.kind,
    );
    assert.deepEqual(messages.sort(), [
      'the plugin `q` is not installed any more',
      'the run was planned with version 0.9.0 of the plugin `p`, but 1.0.0 is installed',
    ]);
  });

  for (const [title, code, message] of [
    ['has no default export', 'export const x = 1;', /has no default export made by definePlugin/],
    ['does not parse', 'export default {', /Unexpected end of input|Unexpected token/],
    [
      'lacks the action',
      "import { definePlugin } from '@workflow-platform/plugin-sdk';\nexport default definePlugin({ actions: {} });",
      /the plugin's code has no action `go`/,
    ],
    [
      'throws',
      "import { definePlugin } from '@workflow-platform/plugin-sdk';\nexport default definePlugin({ actions: { go() { throw new Error('boom'); } } });",
      /^boom$/,
    ],
  ] as const) {
    it(`fails the step clearly when its module ${title}`, async () => {
      const toml = 'name = "p"\nversion = "1.0.0"\nprotocol = 1\nmain = "index.mjs"\n[actions.go]\n';
      const { loaded } = install([], { p: { 'plugin.toml': toml, 'index.mjs': code } });
      assert.match((await act(loaded, 'p', 'go', {})).message ?? '', message);
    });
  }

  it('may print as it likes in JavaScript: that goes to the log', async () => {
    const toml = 'name = "p"\nversion = "1.0.0"\nprotocol = 1\nmain = "index.mjs"\n[actions.go]\n';
    const code =
      "import { definePlugin } from '@workflow-platform/plugin-sdk';\nexport default definePlugin({ actions: { go(inputs, context) { console.log('hi'); context.log('careful', 'warning'); context.output('n', 3); } } });";
    const { loaded } = install([], { p: { 'plugin.toml': toml, 'index.mjs': code } });
    const done = await act(loaded, 'p', 'go', {});
    assert.deepEqual(done.outputs, { n: '3' });
    assert.equal(done.log(1), 'hi\nwarning: careful\n');
  });
});
