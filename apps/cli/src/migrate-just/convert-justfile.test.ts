import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareCatalog } from '@workflow-platform/core';
import { convertJustfile, type Conversion } from './convert-justfile.ts';
import { readDump } from './read-dump.ts';

interface Given {
  readonly recipes: { readonly [name: string]: object };
  readonly [key: string]: unknown;
}

function convert(dump: Given, options: { text?: string; recipes?: readonly string[]; folder?: string } = {}): Conversion {
  const recipes = Object.fromEntries(Object.entries(dump.recipes).map(([name, recipe]) => [name, { name, ...recipe }]));
  const reading = readDump(JSON.stringify({ source: '/r/justfile', ...dump, recipes }));
  assert.ok(reading.ok, reading.ok ? '' : reading.problem);
  const places = { folder: options.folder ?? '', file: 'justfile', absolute: '/r' };
  const { text = null, recipes: only = null } = options;
  return convertJustfile({ root: reading.root, places, text, recipes: only, catalog: bareCatalog });
}

const text = (conversion: Conversion, name = 'a.toml') => conversion.files.find((file) => file.name === name)?.text ?? '';
const findings = ({ recipes }: Conversion) =>
  recipes.flatMap((recipe) => recipe.findings.map(({ message }) => message)).join('\n');
const param = (name: string, more: object = {}) => ({ name, kind: 'singular', default: null, export: false, ...more });
const use = (name: string) => [['variable', name]];

test('the same dump gives the same bytes', () => {
  const dump = { recipes: { b: { body: [['make ', use('x')]], parameters: [param('x')] }, a: { body: [['true']] } } };
  assert.deepEqual(convert(dump), convert(dump));
});

const refusals: readonly (readonly [what: string, dump: Given, message: RegExp])[] = [
  [
    'a value would choose the program',
    { recipes: { a: { body: [[use('x'), ' go']], parameters: [param('x')] } } },
    /choose which program/,
  ],
  [
    'a value would be read as code',
    { recipes: { a: { body: [['sh -c "', use('x'), '"']], parameters: [param('x')] } } },
    /runs what it is given/,
  ],
  [
    'a value would name a variable',
    { recipes: { a: { body: [['echo $', use('x')]], parameters: [param('x')] } } },
    /which variable is read/,
  ],
  [
    'a value would be computed',
    { recipes: { a: { body: [['echo ${y:', use('x'), '}']], parameters: [param('x')] } } },
    /\$\{…\}/,
  ],
  [
    'a value stands in a script of another language',
    { recipes: { a: { shebang: true, body: [['#!/usr/bin/env node'], ['f("', use('x'), '")']], parameters: [param('x')] } } },
    /`node`/,
  ],
  [
    'a shell is not known',
    {
      settings: { shell: { command: 'nu', arguments: ['-c'] } },
      recipes: { a: { body: [['ls ', use('x')]], parameters: [param('x')] } },
    },
    /quoting is not known/,
  ],
  [
    'a function is not known',
    { assignments: { y: { value: ['call', 'blake3', 'x'] } }, recipes: { a: { body: [['echo ', use('y')]] } } },
    /`blake3` has no counterpart/,
  ],
  [
    'a regular expression decides',
    { recipes: { a: { body: [['echo ', [['if', ['=~', ['variable', 'x'], 'a'], '1', '2']]]], parameters: [param('x')] } } },
    /regular expressions/,
  ],
  [
    'a variable is made of itself',
    { assignments: { y: { value: ['variable', 'y'] } }, recipes: { a: { body: [['echo ', use('y')]] } } },
    /made of itself/,
  ],
  [
    'a recipe needs itself',
    { recipes: { a: { body: [['true']], dependencies: [{ recipe: 'a', arguments: ['x'] }], parameters: [param('z')] } } },
    /needs itself/,
  ],
  [
    'a needed recipe is for another system',
    { recipes: { a: { body: [['true']], dependencies: [{ recipe: 'gone' }] } } },
    /not in the dump/,
  ],
  ['nothing is in the recipe', { recipes: { a: { body: [] } } }, /nothing is in it/],
  ['a setting changes how all is read', { settings: { lists: true }, recipes: { a: { body: [['true']] } } }, /sets `lists`/],
  [
    'it works outside of the repository',
    { settings: { working_directory: '../x' }, recipes: { a: { body: [['true']] } } },
    /outside of the repository/,
  ],
  ['a line begins a here-document', { recipes: { a: { body: [['cat <<EOF'], ['x'], ['EOF']] } } }, /here-document/],
];

for (const [what, dump, message] of refusals) {
  test(`no file is made where ${what}, and the reason is told`, () => {
    const conversion = convert(dump);
    assert.deepEqual(conversion.files, []);
    assert.equal(conversion.recipes[0]?.status, 'not-converted');
    assert.match(findings(conversion), message);
    assert.notEqual(conversion.recipes[0]?.findings[0]?.help, null);
  });
}

test('values that are made of others twice over come to an end', () => {
  const names = Array.from({ length: 60 }, (_, at) => `v${at}`);
  const doubled = (operator: string) =>
    Object.fromEntries(
      names.map((name, at) => {
        const next = at === 59 ? 'xx' : ['variable', `v${at + 1}`];
        return [
          name,
          { value: operator === 'if' ? ['if', ['==', ['variable', 'e'], '1'], next, next] : ['concatenate', next, next] },
        ];
      }),
    );
  for (const operator of ['if', 'concatenate']) {
    const assignments = { e: { value: ['call', 'env', 'E', ''] }, ...doubled(operator) };
    assert.match(findings(convert({ assignments, recipes: { a: { body: [['echo ', use('v0')]] } } })), /too long/);
  }
});

test('two recipes whose workflows would have one name are told apart', () => {
  const conversion = convert({ recipes: { a: { body: [['true']] }, A: { body: [['true']] } } });
  assert.deepEqual(
    conversion.recipes.map(({ status }) => status),
    ['converted', 'not-converted'],
  );
});

test('private recipes become steps of those that need them, and no workflows', () => {
  const conversion = convert({
    recipes: {
      _p: { private: true, body: [['echo ', use('x')]], parameters: [param('x')] },
      a: { body: [['true']], dependencies: [{ recipe: '_p', arguments: ['one'] }] },
    },
  });
  assert.deepEqual(
    conversion.files.map(({ name }) => name),
    ['a.toml'],
  );
  assert.match(text(conversion), /\[steps\._p\]\nrun = """\nset -u\necho one"""\n\n\[steps\.a\]\nneeds = \["_p"\]/);
});

test('dependencies run side by side only where just runs them so', () => {
  const recipes = {
    b: { body: [['true']] },
    c: { body: [['true']] },
    a: { body: [['true']], dependencies: [{ recipe: 'b' }, { recipe: 'c' }] },
  };
  assert.match(text(convert({ recipes })), /\[steps\.c\]\nneeds = \["b"\][^]*\[steps\.a\]\nneeds = \["c"\]/);
  const parallel = text(convert({ recipes: { ...recipes, a: { ...recipes.a, attributes: ['parallel'] } } }));
  assert.match(parallel, /max_parallel = 2[^]*\[steps\.c\]\nrun[^]*\[steps\.a\]\nneeds = \["b", "c"\]/);
});

test('recipes of a module work in its folder and have its variables', () => {
  const module = {
    source: '/r/web/mod.just',
    assignments: { v: { value: 'inner' } },
    recipes: { b: { name: 'b', body: [['echo ', use('v')]] } },
  };
  const conversion = convert({
    modules: { web: module },
    assignments: { v: { value: 'outer' } },
    recipes: { a: { body: [['echo ', use('v')]], dependencies: [{ recipe: 'web::b' }] } },
  });
  assert.deepEqual(
    conversion.recipes.map(({ recipe, workflow }) => [recipe, workflow]),
    [
      ['a', 'a'],
      ['web::b', 'web.b'],
    ],
  );
  assert.match(text(conversion), /\[steps\.web-b\]\nrun = """\nset -u\necho inner"""\nworkspace = "web"\n[^]*echo outer/);
});

test('where an outer and an inner recipe share a workspace, one workflow has one of its own', () => {
  const conversion = convert({
    recipes: {
      work: { body: [['agent ', use('ID')]], parameters: [param('ID')] },
      'work-inner': { body: [['echo ', use('rev')]], parameters: [param('rev', { default: '@' })] },
    },
  });
  assert.deepEqual(
    conversion.recipes.map(({ recipe, status }) => [recipe, status]),
    [
      ['work', 'converted'],
      ['work-inner', 'replaced'],
    ],
  );
  assert.match(text(conversion, 'work.toml'), /\[parameters\.rev\]\ndefault = "@"/);
  assert.doesNotMatch(text(conversion, 'work.toml'), /provider|include/);
});

test('lines of the justfile are named where its text is there', () => {
  const given = '# Runs.\nset export\n\n@a x="1:2": b\n    echo\n    f $ {{x}}\nb:\n    true\n';
  const dump = { recipes: { a: { body: [['echo'], ['f $', use('x')]], parameters: [param('x')] }, b: { body: [['true']] } } };
  assert.deepEqual(
    convert(dump, { text: given }).recipes.map(({ line }) => line),
    [4, 7],
  );
});

test('the interpreter of scripts is read from the text, and named as a guess without one', () => {
  const dump = { recipes: { a: { shebang: true, attributes: [{ script: null }], body: [['true']] } } };
  assert.match(
    text(convert(dump, { text: `set script-interpreter := ['bash', "-eu"]\na:\n` })),
    /set -u \+o pipefail[^]*shell = "bash"/,
  );
  assert.match(findings(convert(dump)), /`sh -eu` is taken/);
});

test('the interpreter of a script may be worked out, as long as that is done now', () => {
  const recipes = { a: { shebang: true, body: [['#!', use('i')], ['x']] } };
  const value = ['if', ['==', ['call', 'os_family'], 'windows'], 'pwsh.exe', '/usr/bin/env ruby'];
  assert.match(text(convert({ recipes, assignments: { i: { value } } })), /shell = "ruby"/);
  assert.match(findings(convert({ recipes, assignments: { i: { value: ['call', 'os'] } } })), /interpreter of the script/);
});

test('a pattern of plain words is an enum, any other stays a pattern', () => {
  const recipe = (pattern: string) => ({
    recipes: { a: { body: [['echo ', use('x')]], parameters: [param('x', { pattern })] } },
  });
  assert.match(text(convert(recipe('debug|release'))), /type = "enum"\nrequired = true\nvalues = \["debug", "release"\]/);
  assert.match(text(convert(recipe('\\d+'))), /pattern = "\\\\d\+"/);
});

test('text that looks like an expression of a workflow stays text', () => {
  const conversion = convert({ recipes: { a: { body: [["echo '${{ secrets.x }}'"]] } } });
  assert.match(text(conversion), /echo '\$\$\{\{ secrets\.x \}\}'/);
});

test('a dump with names that just does not allow is refused', () => {
  for (const recipes of [{ '../x': {} }, { 'a/b': {} }, { 'a b': {} }, { a: { parameters: [{ name: 'x;y' }] } }]) {
    const reading = readDump(JSON.stringify({ recipes }));
    assert.equal(reading.ok, false);
  }
});

test('options of parameters and strings that just expands are told of', () => {
  const dump = { recipes: { a: { body: [['echo ', use('x')]], parameters: [param('x', { long: 'name' })] } } };
  const conversion = convert(dump, { text: "y := x'~/bin'\na x:\n" });
  assert.match(findings(conversion), /`--name` of just is the parameter `x`/);
  assert.match(conversion.notes.map(({ message }) => message).join(), /as they read on this machine/);
  assert.deepEqual(convert(dump, { text: "y := 'x'\n# z := x'a'\na x:\n" }).notes, []);
});
