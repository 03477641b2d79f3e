import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOfGlob, problemOfRelativePath } from './inside-path.ts';

const paths: readonly [path: string, isInside: boolean][] = [
  ['a', true],
  ['a/b.md', true],
  ['./a', true],
  ['.env', true],
  ['..a/b..', true],
  ['a b/ü', true],
  ['/a', false],
  ['//a', false],
  ['../a', false],
  ['a/..', false],
  ['a/../../b', false],
  ['a\\..\\b', false],
  ['a\\b', false],
  ['C:/a', false],
  ['c:\\a', false],
  ['~/a', false],
  ['a\0b', false],
];

for (const [path, isInside] of paths) {
  test(`${JSON.stringify(path)} ${isInside ? 'stays inside' : 'is refused as a path'}`, () => {
    assert.equal(problemOfRelativePath(path) === null, isInside);
  });
}

const globs: readonly [glob: string, isRight: boolean][] = [
  ['reports/**/*.md', true],
  ['{a,b}/[!x]?', true],
  ['a]b}c', true],
  ['[]]x', true],
  ['\\[x', true],
  ['*', true],
  ['[a', false],
  ['[!]', false],
  ['{a,b', false],
  ['{a,{b}', false],
  ['/a/*', false],
  ['**/../x', false],
  ['!a', false],
  ['~/*', false],
];

for (const [glob, isRight] of globs) {
  test(`${JSON.stringify(glob)} is ${isRight ? 'a glob' : 'refused as a glob'}`, () => {
    assert.equal(problemOfGlob(glob) === null, isRight);
  });
}
