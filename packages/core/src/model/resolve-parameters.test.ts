import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseToml } from '../parse/toml-parser.ts';
import { type GivenValue, givenByEnvironment, parseParamOption, parseParamsFile } from './given-values.ts';
import { describeOrigin } from './origin.ts';
import { bareCatalog } from './parameter-types.ts';
import { readModel } from './read-model.ts';
import { type ParameterResolution, resolveParameters } from './resolve-parameters.ts';

const FILE = `id = "x"
steps.a.run = "x"
[parameters.depth]
type = "enum"
values = ["quick", "deep"]
required = true
env = "DEPTH"
description = "How thorough.\\nMore."
[parameters.change]
pattern = "[a-z@]+"
default = "@"
max = 8
[parameters.count]
type = "integer"
min = 1
max = 10
[parameters.files]
type = "list"
items = "integer"
pattern = "x"
[parameters.patience]
type = "duration"
default = "90s"
[parameters.token]
type = "secret"
pattern = "s.+"
[parameters.greedy]
pattern = "(a+)+$"
`;

function resolve(given: readonly GivenValue[], text = FILE): ParameterResolution {
  const document = parseToml(text, 'workflow.toml');
  const { model } = readModel(document, bareCatalog);
  assert.ok(model !== null);
  return resolveParameters({ document, model, given, catalog: bareCatalog });
}

function params(...options: string[]): GivenValue[] {
  return options.flatMap((option) => {
    const parsed = parseParamOption(option);
    assert.ok(parsed.ok);
    return parsed.given;
  });
}

test('values come from defaults, the environment, files and the command line, the later one strongest', () => {
  const document = parseToml(FILE, 'workflow.toml');
  const { model } = readModel(document, bareCatalog);
  assert.ok(model !== null);
  const environment = givenByEnvironment(model, { DEPTH: 'quick', OTHER: 'x' });
  const file = parseParamsFile('{"depth": "deep", "count": 3}', 'params.json');
  assert.ok(file.ok);
  const result = resolveParameters({
    document,
    model,
    given: [...environment, ...file.given, ...params('count=4', 'token=s3')],
    catalog: bareCatalog,
  });
  assert.ok(result.ok);
  const { values, origins, secrets } = result.parameters;
  assert.deepEqual(values, { depth: 'deep', change: '@', count: 4, files: null, patience: '1m30s', token: 's3', greedy: null });
  assert.deepEqual(Object.fromEntries(Object.entries(origins).map(([name, origin]) => [name, describeOrigin(origin)])), {
    depth: 'params.json',
    change: 'the default',
    count: '--param count=4',
    patience: 'the default',
    token: '--param token',
  });
  assert.deepEqual(secrets, ['token']);
});

test('an empty or missing environment variable gives no value', () => {
  const { model } = readModel(parseToml(FILE, 'workflow.toml'), bareCatalog);
  assert.deepEqual(givenByEnvironment(model!, { DEPTH: '' }), []);
  assert.deepEqual(givenByEnvironment(model!, {}), []);
});

const mistakes: readonly [given: readonly GivenValue[], code: string, message: string, help: string | null, place: string][] = [
  [
    params(),
    'param-required',
    'the parameter `depth` needs a value (How thorough)',
    'give it by `--param depth=quick|deep`, or set $DEPTH',
    'depth',
  ],
  [
    params('dpth=deep'),
    'param-unknown',
    '--param dpth: the workflow has no parameter `dpth`',
    'did you mean `depth`?',
    'parameters',
  ],
  [
    [{ name: 'depth', value: 'dep', origin: { kind: 'env', detail: 'DEPTH' } }],
    'param-enum',
    '$DEPTH: the parameter `depth` must be "quick" or "deep", not "dep"',
    'did you mean "deep"?',
    'depth',
  ],
  [
    params('depth=deep', 'change=A9'),
    'param-pattern',
    '--param change=A9: the parameter `change` must match `[a-z@]+`',
    'the pattern has to match the whole value',
    'change',
  ],
  [
    params('depth=deep', 'change=abcdefghi'),
    'param-range',
    '--param change=abcdefghi: the parameter `change` must be at most 8 characters long',
    null,
    'change',
  ],
  [
    params('depth=deep', 'count=x'),
    'param-type',
    '--param count=x: the parameter `count` must be a whole number, not "x"',
    null,
    'count',
  ],
  [
    params('depth=deep', 'count=11'),
    'param-range',
    '--param count=11: the parameter `count` must be from 1 to 10',
    null,
    'count',
  ],
  [
    params('depth=deep', 'files=1,b'),
    'param-type',
    '--param files=1,b: the parameter `files` has a wrong item 2, which must be a whole number, not "b"',
    null,
    'files',
  ],
  [
    params('depth=deep', 'token=hunter2'),
    'param-pattern',
    '--param token: the parameter `token` must match `s.+`',
    'the pattern has to match the whole value',
    'token',
  ],
  [
    [...params('depth=deep'), { name: 'token', value: ['hunter2'], origin: { kind: 'params-file', detail: 'p.json' } }],
    'param-type',
    'p.json: the parameter `token` must be text',
    null,
    'token',
  ],
  [
    params('depth=deep', `greedy=${'a'.repeat(100_000)}!`),
    'param-pattern',
    `--param greedy=${'a'.repeat(42)}…: the parameter \`greedy\` must match \`(a+)+$\``,
    'the pattern has to match the whole value',
    'greedy',
  ],
];

for (const [given, code, message, help, place] of mistakes) {
  test(`${code}: ${message}`, () => {
    const result = resolve(given);
    assert.ok(!result.ok);
    const said = result.diagnostics.map((each) => [
      each.code,
      each.message,
      each.help,
      FILE.slice(each.span.start, each.span.end),
    ]);
    const where = place === 'parameters' ? said[0]![3] : place;
    assert.deepEqual(said, [[code, message, help, where]]);
  });
}

test('all mistakes are reported at once, but only of the value that counts', () => {
  const result = resolve(params('count=x', 'count=11', 'change=9', 'nope=1'));
  assert.ok(!result.ok);
  assert.deepEqual(
    result.diagnostics.map((each) => each.code),
    ['param-unknown', 'param-required', 'param-pattern', 'param-range'],
  );
});

test('parameters may be called anything an object has already', () => {
  const text = 'id = "x"\nsteps.a.run = "x"\n[parameters.__proto__]\n[parameters.constructor]\ndefault = "c"\n';
  const result = resolve(params('__proto__=p'), text);
  assert.ok(result.ok);
  assert.deepEqual(Object.entries(result.parameters.values), [
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ]);
  const other = resolve(params('toString=1'), text);
  assert.ok(!other.ok);
});

test('a file of values is JSON, or TOML when its name says so', () => {
  const json = parseParamsFile('{"a": 1, "b": [true, null]}', 'p.json');
  assert.deepEqual(json.ok && json.given.map(({ name, value }) => [name, value]), [
    ['a', 1],
    ['b', [true, null]],
  ]);
  const toml = parseParamsFile('a = 1\nb = [true]\nc = 2024-05-06\nd = 9007199254740993\n[e]\nf = "x"\n', 'p.toml');
  assert.deepEqual(toml.ok && toml.given.map(({ name, value }) => [name, value]), [
    ['a', 1],
    ['b', [true]],
    ['c', '2024-05-06'],
    ['d', '9007199254740993'],
    ['e', { f: 'x' }],
  ]);
});

test('a file of values that can not be read says why', () => {
  const problems = [parseParamsFile('[1]', 'p.json'), parseParamsFile('{', 'p.json'), parseParamsFile('a = 1\nb = \n', 'p.toml')];
  const said = problems.map((each) => (each.ok ? '' : each.problem));
  assert.equal(said[0], 'it holds no JSON object');
  assert.match(said[1]!, /^it is not JSON: /);
  assert.match(said[2]!, /^line 2: /);
});

test('an option without a name or value is no parameter', () => {
  assert.deepEqual(
    ['depth', '=x', ''].map((option) => parseParamOption(option).ok),
    [false, false, false],
  );
});
