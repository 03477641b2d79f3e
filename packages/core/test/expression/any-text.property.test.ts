// Whatever the text: nothing throws, places lie inside it, and a text without `${{` stays as it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compileExpression,
  evaluateExpression,
  ExpressionEvaluationError,
  parseText,
  rewriteScript,
  textOf,
} from '../../src/index.ts';

const runs = { numRuns: 3_000 };
const pieces = [
  "'",
  '"',
  '`',
  '\\',
  '$',
  '{',
  '}',
  '${{',
  '}}',
  '${{ a }}',
  '(',
  ')',
  '[',
  ']',
  '.',
  ',',
  '*',
  '!',
  '=',
  '==',
  '<',
  '&&',
  '||',
  ' ',
  '\n',
  '\t',
  '\u00a0',
];
const words = [
  'a',
  'steps.x',
  'format',
  'fromJSON',
  'contains(',
  'case(',
  "'{0}'",
  '1',
  '-',
  '.5',
  'true',
  'null',
  'NaN',
  'EOF',
  '<<EOF\n',
  '$((',
  'eval',
  'case ',
  ' in ',
  'esac',
  '\uFFFF',
  '\uD800',
  '😀',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 30 }).map((parts) => parts.join('')),
);

function inside(text: string, { start, end }: { start: number; end: number }): void {
  assert.ok(start >= 0 && start <= end && end <= text.length, `${start}-${end} of ${text.length}`);
}

test('any text compiles or has mistakes at places inside it', () => {
  fc.assert(
    fc.property(anyText, (source) => {
      const compiled = compileExpression(source);
      if (!compiled.ok) {
        assert.ok(compiled.errors.length > 0);
        for (const error of compiled.errors) inside(source, error);
        return;
      }
      const { references, calls, comparisons } = compiled.expression;
      for (const place of [...references, ...calls, ...comparisons]) inside(source, place);
      for (const reference of references) {
        assert.equal(reference.pathSpans.length, reference.path.length);
        for (const span of reference.pathSpans) inside(source, span);
      }
      try {
        evaluateExpression(compiled.expression, { context: () => ({ a: [1, 'x', null] }), call: () => true });
      } catch (error) {
        assert.ok(error instanceof ExpressionEvaluationError, String(error));
        inside(source, error);
      }
    }),
    runs,
  );
});

test('the parts of any text cover it, and its problems lie inside it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { parts, problems } = parseText(text);
      let end = 0;
      for (const part of parts) {
        assert.equal(part.start, end);
        end = part.end;
        if (part.kind === 'expression') {
          assert.equal(text.slice(part.sourceStart, part.sourceStart + part.source.length), part.source);
          assert.ok(text.slice(part.start, part.end).startsWith('${{') && text.slice(part.start, part.end).endsWith('}}'));
        }
      }
      assert.equal(end, text.length);
      for (const problem of problems) inside(text, problem);
    }),
    runs,
  );
});

test('any script is rewritten or refused, with every problem at a place inside it', () => {
  fc.assert(
    fc.property(
      anyText,
      fc.constantFrom('sh', 'bash -e', 'zsh', 'ksh', 'python3', '', '/usr/bin/env -S bash'),
      (script, shell) => {
        const { env, problems } = rewriteScript({ script, shell, variable: (n) => `V${n}` });
        const holes = parseText(script).parts.filter((part) => part.kind === 'expression').length;
        assert.ok(env.length <= holes);
        for (const problem of problems) {
          inside(script, problem);
          assert.ok(problem.help.length > 0);
        }
      },
    ),
    runs,
  );
});

test('a text without `${{` stays as it is, byte for byte', () => {
  fc.assert(
    fc.property(
      anyText.filter((text) => !text.includes('${{')),
      fc.constantFrom('sh', 'bash', 'node'),
      (text, shell) => {
        assert.equal(textOf(text), text);
        assert.deepEqual(rewriteScript({ script: text, shell, variable: (n) => `V${n}` }), {
          script: text,
          env: [],
          problems: [],
        });
      },
    ),
    runs,
  );
});

test('deep nesting of any kind is refused, not fatal', () => {
  const levels = 20_000;
  for (const open of [
    '$(',
    '(',
    '{ ',
    '"$(',
    '${x:-',
    'if ',
    '! ',
    'case x in x) ',
    '$((',
    '[[ ',
    'f() ',
    '`',
    '<(',
    'a=(',
    '@(',
  ]) {
    const { problems } = rewriteScript({ script: `${open.repeat(levels)}\${{ v }}`, shell: 'bash', variable: (n) => `V${n}` });
    assert.equal(problems.length, 1, open);
  }
  for (const open of ['(', '!', '[', 'a[', 'format(', 'a.', "a['b']"])
    assert.equal(compileExpression(open.repeat(3_000)).ok, false, open);
});
