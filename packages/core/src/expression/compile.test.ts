import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression } from './compile.ts';
import type { CompiledExpression } from './expression.ts';

function compiled(source: string): CompiledExpression {
  const result = compileExpression(source);
  assert.ok(result.ok, `${source}: ${JSON.stringify(result)}`);
  return result.expression;
}

const mistakes: readonly { source: string; code: string; at: string; says: RegExp; help: RegExp | null }[] = [
  { source: '', code: 'syntax', at: '', says: /empty/, help: null },
  { source: ' \n ', code: 'syntax', at: ' \n ', says: /empty/, help: null },
  { source: 'a ==', code: 'syntax', at: '==', says: /must follow `==`/, help: null },
  { source: 'a && (b || c', code: 'syntax', at: '(', says: /never closed/, help: null },
  { source: "a['b", code: 'syntax', at: "'", says: /no closing/, help: /''/ },
  { source: 'a[0', code: 'syntax', at: '[', says: /never closed/, help: null },
  { source: 'a = 1', code: 'syntax', at: '=', says: /unexpected `=`/, help: /==/ },
  { source: 'a === 1', code: 'syntax', at: '=', says: /unexpected `=`/, help: /==/ },
  { source: 'a & b', code: 'syntax', at: '&', says: /`&`/, help: /&&/ },
  { source: 'a | b', code: 'syntax', at: '|', says: /`\|`/, help: /\|\|/ },
  { source: 'a and b', code: 'syntax', at: 'and', says: /`and`/, help: /&&/ },
  { source: 'a or b', code: 'syntax', at: 'or', says: /`or`/, help: /\|\|/ },
  { source: 'not b', code: 'syntax', at: 'b', says: /`b`/, help: /!/ },
  { source: 'a == "b"', code: 'syntax', at: '"b"', says: /"b"/, help: /single quotes/ },
  { source: 'a + 1', code: 'syntax', at: '+', says: /`\+`/, help: /no arithmetic/ },
  { source: 'a * 2', code: 'syntax', at: '*', says: /`\*`/, help: /no arithmetic/ },
  { source: '1.2.3', code: 'syntax', at: '1.2.3', says: /1\.2\.3/, help: /'1\.2\.3'/ },
  { source: '${{ a }}', code: 'syntax', at: '${{', says: /\$\{\{/, help: /leave out/ },
  { source: 'a.1', code: 'syntax', at: '1', says: /`1`/, help: /\[1\]/ },
  { source: 'a.b()', code: 'syntax', at: '(', says: /`\(`/, help: /no methods/ },
  { source: 'a ? b : c', code: 'syntax', at: '?', says: /`\?`/, help: /case/ },
  { source: 'join(a,)', code: 'syntax', at: ',', says: /missing/, help: /remove/ },
  { source: '0b1', code: 'syntax', at: '0b1', says: /not a number/, help: null },
  { source: 'a b', code: 'syntax', at: 'b', says: /`b`/, help: null },
  { source: "'a\nb' == c )", code: 'syntax', at: ')', says: /`\)`/, help: null },
  { source: "'a\nb'\n== hashfiles('x')", code: 'unknown-function', at: 'hashfiles', says: /no function/, help: /changed/ },
  { source: "contain('a', 'b')", code: 'unknown-function', at: 'contain', says: /contain/, help: /contains/ },
  { source: 'constructor()', code: 'unknown-function', at: 'constructor', says: /no function/, help: /there are/ },
  { source: '__proto__(1)', code: 'unknown-function', at: '__proto__', says: /no function/, help: /there are/ },
  {
    source: "contains('a')",
    code: 'argument-count',
    at: 'contains',
    says: /takes 2 arguments/,
    help: /contains\(search, item\)/,
  },
  { source: 'success(1)', code: 'argument-count', at: 'success', says: /no arguments/, help: /success\(\)/ },
  { source: 'exists()', code: 'argument-count', at: 'exists', says: /one argument/, help: /exists\('path'\)/ },
  { source: 'case(a, b)', code: 'argument-count', at: 'case', says: /odd/, help: /case/ },
  { source: 'case(a, b, c, d)', code: 'argument-count', at: 'case', says: /odd/, help: /case/ },
  { source: "format('{1}', a)", code: 'invalid-argument', at: "'{1}'", says: /\{1\}.*one value/, help: /\{0\}/ },
  { source: "semver(a, '=>', b)", code: 'invalid-argument', at: "'=>'", says: /no operator/, help: />=/ },
  { source: "semver(a, '>', 'new')", code: 'invalid-argument', at: "'new'", says: /not a semantic version/, help: /1\.2\.3/ },
  { source: `${'!'.repeat(60)}a`, code: 'too-deep', at: '!', says: /50 levels/, help: /step/ },
  { source: `${'('.repeat(60)}a${')'.repeat(60)}`, code: 'too-deep', at: '(', says: /50 levels/, help: /step/ },
  { source: `a${' == a'.repeat(60)}`, code: 'too-deep', at: '==', says: /50 levels/, help: /step/ },
  { source: `a${'.b'.repeat(60)}`, code: 'too-deep', at: 'b', says: /50 levels/, help: /step/ },
  { source: `'${'x'.repeat(21_000)}'`, code: 'too-long', at: `'${'x'.repeat(21_000)}'`, says: /21000/, help: /step/ },
];

for (const { source, code, at, says, help } of mistakes) {
  test(`refuses ${JSON.stringify(source.slice(0, 40))} with ${code}, at the exact place`, () => {
    const result = compileExpression(source);
    assert.ok(!result.ok);
    const [error] = result.errors;
    assert.ok(error);
    assert.deepEqual({ code: error.code, at: source.slice(error.start, error.end) }, { code, at });
    assert.match(error.message, says);
    if (help === null) assert.equal(error.help, null);
    else assert.match(error.help ?? '', help);
  });
}

test('reports every mistake in calls at once, in order of place', () => {
  const result = compileExpression("foo(1) || format('{0}') && contains(a, bar())");
  assert.ok(!result.ok);
  assert.deepEqual(
    result.errors.map(({ code, start }) => ({ code, start })),
    [
      { code: 'unknown-function', start: 0 },
      { code: 'invalid-argument', start: 17 },
      { code: 'unknown-function', start: 39 },
    ],
  );
});

test('lists references with the place of each member', () => {
  const source = "Steps.build['outputs'].*.Name == needs[item.x][0].y";
  const { references } = compiled(source);
  assert.deepEqual(
    references.map(({ context, path, start, end, pathSpans }) => ({
      context,
      path,
      text: source.slice(start, end),
      members: pathSpans.map((span) => source.slice(span.start, span.end)),
    })),
    [
      {
        context: 'steps',
        path: ['build', 'outputs', '*', 'Name'],
        text: "Steps.build['outputs'].*.Name",
        members: ['build', "'outputs'", '*', 'Name'],
      },
      { context: 'needs', path: [null, 0, 'y'], text: 'needs[item.x][0].y', members: ['item.x', '0', 'y'] },
      { context: 'item', path: ['x'], text: 'item.x', members: ['x'] },
    ],
  );
});

test('sees a reference through brackets and behind line breaks in texts', () => {
  const source = "'a\n''b' == (params.x).y";
  const [reference] = compiled(source).references;
  assert.deepEqual(reference?.path, ['x', 'y']);
  assert.equal(source.slice(reference.start, reference.end), '(params.x).y');
});

test('lists calls with their literal arguments, innermost after outer', () => {
  const source = "Contains(fromJSON(file('a.json')), 'x') && changed( 'y' )";
  const { calls } = compiled(source);
  assert.deepEqual(
    calls.map(({ name, literalArguments, argumentSpans, start, end }) => ({
      name,
      literalArguments,
      arguments: argumentSpans.map((span) => source.slice(span.start, span.end)),
      text: source.slice(start, end),
    })),
    [
      {
        name: 'contains',
        literalArguments: [undefined, 'x'],
        arguments: ["fromJSON(file('a.json'))", "'x'"],
        text: "Contains(fromJSON(file('a.json')), 'x')",
      },
      { name: 'fromjson', literalArguments: [undefined], arguments: ["file('a.json')"], text: "fromJSON(file('a.json'))" },
      { name: 'file', literalArguments: ['a.json'], arguments: ["'a.json'"], text: "file('a.json')" },
      { name: 'changed', literalArguments: ['y'], arguments: ["'y'"], text: "changed( 'y' )" },
    ],
  );
});

test('lists comparisons, the outer ones first', () => {
  const source = "params.n == 3 && success() != !a || (1 < 2) == 'x'";
  const found = compiled(source).comparisons.map(({ operator, left, right }) => [
    source.slice(left.start, left.end),
    left.kind,
    operator,
    source.slice(right.start, right.end),
    right.kind,
  ]);
  assert.deepEqual(found, [
    ['params.n', 'index', '==', '3', 'literal'],
    ['success()', 'call', '!=', '!a', 'not'],
    ['(1 < 2)', 'comparison', '==', "'x'", 'literal'],
    ['1', 'literal', '<', '2', 'literal'],
  ]);
});

const traits: readonly { source: string; isConstant: boolean; usesStatusFunction: boolean }[] = [
  { source: "format('{0}', 1) == 'x'", isConstant: true, usesStatusFunction: false },
  { source: "semver('1.2.0', '<', '2.0.0')", isConstant: true, usesStatusFunction: false },
  { source: 'params.x', isConstant: false, usesStatusFunction: false },
  { source: "exists('x')", isConstant: false, usesStatusFunction: false },
  { source: 'Always()', isConstant: false, usesStatusFunction: true },
  { source: '!Cancelled() && params.x', isConstant: false, usesStatusFunction: true },
  { source: "contains(fromJSON('[]')[failure()], 1)", isConstant: false, usesStatusFunction: true },
];

for (const { source, isConstant, usesStatusFunction } of traits) {
  test(`\`${source}\` ${isConstant ? 'is' : 'is not'} constant and ${usesStatusFunction ? 'asks' : 'does not ask'} for the status`, () => {
    const expression = compiled(source);
    assert.deepEqual(
      { isConstant: expression.isConstant, usesStatusFunction: expression.usesStatusFunction },
      { isConstant, usesStatusFunction },
    );
  });
}
