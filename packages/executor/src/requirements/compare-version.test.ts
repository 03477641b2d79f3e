import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { VersionOperator } from './compare-version.ts';
import { fitsVersion, versionIn } from './compare-version.ts';

const fits: readonly (readonly [version: string, operator: VersionOperator, wanted: string, fits: boolean])[] = [
  ['2.39.5', '>=', '2.39', true],
  ['2.39.5', '>=', '2.40', false],
  ['0.9', '>=', '0.30', false],
  ['0.30.0', '>=', '0.30', true],
  ['0.30', '>', '0.30.0', false],
  ['3.12.1', '=', '3', true],
  ['3.12.1', '=', '3.1', false],
  ['3.12.1', '<=', '3.12', true],
  ['3.12.1', '<', '3.13', true],
  ['1.0.0-rc1', '>=', '1.0.0', false],
  ['1.0.0', '>=', '1.0.0-rc1', true],
  ['10.0', '>', '9.9.9', true],
];
for (const [version, operator, wanted, expected] of fits) {
  it(`${version} ${expected ? 'is' : 'is not'} ${operator} ${wanted}`, () =>
    assert.equal(fitsVersion(version, operator, wanted), expected));
}

for (const [text, version] of [
  ['git version 2.39.5 (Apple Git-154)', '2.39.5'],
  ['v26.10.0\n', '26.10.0'],
  ['jj 0.46.0-1234abcd', '0.46.0'],
  ['Python 3.12.1', '3.12.1'],
  ['cargo 1.91.0-beta.2 (2025-01-01)', '1.91.0-beta.2'],
  ['less 590 (GNU regular expressions)', '590'],
  ['go version go1.24.4 linux/amd64', '1.24.4'],
  ['OpenSSL 3.0.17 1 Jul 2025', '3.0.17'],
  ['usage: thing [options]', null],
] as const) {
  it(`reads ${version ?? 'no version'} from "${text.trim()}"`, () => assert.equal(versionIn(text), version));
}
