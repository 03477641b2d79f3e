import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerDocuments, parseToml } from '@workflow-platform/core';
import { overlaysOf } from './overrides.ts';

const base = parseToml('id = "a"\nmax_parallel = 1\n[steps.build]\nrun = "make"\ntimeout = "1h"\n', 'workflow.toml');

test('each flag is an overlay of its own name, and the later of two wins', () => {
  const overlays = overlaysOf({
    set: ['steps.build.timeout=1m', 'max_parallel=2', 'max_parallel=3'],
    env: ['NAME=value with = and "quotes"'],
    base: 'main',
    parallel: 8,
    keep: true,
  });
  const document = layerDocuments(base, overlays);
  assert.equal(document.valueAt(['steps', 'build', 'timeout']), '1m');
  assert.equal(document.valueAt(['max_parallel']), 8);
  assert.equal(document.valueAt(['env', 'NAME']), 'value with = and "quotes"');
  assert.equal(document.valueAt(['workspace', 'base']), 'main');
  assert.equal(document.layerOf(['steps', 'build', 'timeout']), '--set steps.build.timeout=1m');
  assert.equal(document.layerOf(['max_parallel']), '--parallel');
  assert.deepEqual(document.diagnostics, []);
});

test('the same flag twice counts once', () => {
  const overlays = overlaysOf({ env: ['A=1', 'A=2'] });
  assert.equal(layerDocuments(base, overlays).valueAt(['env', 'A']), '2');
});

test('--keep and --cleanup exclude each other', () => {
  assert.throws(() => overlaysOf({ keep: true, cleanup: true }), { code: 'wrong-usage', exitCode: 2 });
});

test('flags that contradict each other are refused', () => {
  for (const flags of [
    { keep: true, cleanup: true },
    { inPlace: true, workspaceId: 'x' },
    { inPlace: true, base: 'main' },
    { inPlace: true, keep: true },
    { inPlace: true, cleanup: true },
  ])
    assert.throws(() => overlaysOf(flags), /exclude each other/);
});
