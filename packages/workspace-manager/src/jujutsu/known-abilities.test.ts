import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { JujutsuAbilities } from './abilities.ts';
import { knownAbilities } from './known-abilities.ts';

const RECENT: JujutsuAbilities = { isRecent: true, knowsColocation: true };
const OLD: JujutsuAbilities = { isRecent: false, knowsColocation: false };

interface World {
  readonly program: string;
  readonly cache: string;
  /** Asks as a process does that has only just begun; says what was answered and which questions that took. */
  ask(answers: { readonly version?: string | null; readonly abilities?: JujutsuAbilities | null }): Promise<string>;
}

/** Puts a program `jj` on an otherwise empty PATH. */
function makeWorld(t: TestContext, kind: 'native' | 'script'): World {
  const folder = mkdtempSync(join(tmpdir(), 'abilities-'));
  const { PATH, XDG_CACHE_HOME } = process.env;
  t.after(() => {
    Object.assign(process.env, { PATH });
    if (XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = XDG_CACHE_HOME;
    rmSync(folder, { recursive: true });
  });
  const program = join(folder, 'bin', 'jj');
  mkdirSync(join(folder, 'bin'));
  if (kind === 'native') copyFileSync('/bin/sh', program);
  else writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  const cache = join(folder, 'cache');
  Object.assign(process.env, { PATH: join(folder, 'bin'), XDG_CACHE_HOME: cache });
  return {
    program,
    cache,
    async ask({ version = 'jj 1', abilities = RECENT }) {
      const asked: string[] = [];
      const answer = await knownAbilities({
        version: async () => (asked.push('version'), version),
        probe: async () => (asked.push('help'), abilities),
      });
      return `${answer === null ? 'none' : answer.isRecent ? 'recent' : 'old'}: ${asked.join(', ') || 'nothing'} asked`;
    },
  };
}

function fileIn({ cache }: World): string {
  const [name = ''] = readdirSync(join(cache, 'workflow'));
  return join(cache, 'workflow', name);
}

test('a program is asked once, and again when it is another', async (t) => {
  const world = makeWorld(t, 'native');
  assert.equal(await world.ask({}), 'recent: help asked');
  assert.equal(await world.ask({}), 'recent: nothing asked');
  utimesSync(world.program, 1, 1);
  assert.equal(await world.ask({ abilities: OLD }), 'old: help asked');
  assert.equal(await world.ask({}), 'old: nothing asked');
});

test('a script may start another version every day, so it is asked for that', async (t) => {
  const world = makeWorld(t, 'script');
  assert.equal(await world.ask({ version: 'jj 1', abilities: OLD }), 'old: version, help asked');
  assert.equal(await world.ask({ version: 'jj 1' }), 'old: version asked');
  assert.equal(await world.ask({ version: 'jj 2' }), 'recent: version, help asked');
});

test('so may a program that is called by many names', async (t) => {
  const world = makeWorld(t, 'native');
  copyFileSync(world.program, `${world.program}-manager`);
  rmSync(world.program);
  symlinkSync('jj-manager', world.program);
  assert.equal(await world.ask({}), 'recent: version, help asked');
  assert.equal(await world.ask({}), 'recent: version asked');
});

test('where there is none, or none that works, nothing is remembered', async (t) => {
  const world = makeWorld(t, 'script');
  assert.equal(await world.ask({ version: null, abilities: null }), 'none: version, help asked');
  rmSync(world.program);
  assert.equal(await world.ask({ abilities: null }), 'none: help asked');
  assert.equal(existsSync(world.cache), false);
});

test('a file that says something else is asked over, whatever it holds', async (t) => {
  const world = makeWorld(t, 'native');
  await world.ask({});
  const file = fileIn(world);
  const whole = readFileSync(file, 'utf8');
  const isPrivate = statSync(file).mode & 0o777;
  assert.equal(isPrivate, 0o600);
  for (const junk of ['', '{', 'null', '[]', '{"isRecent":true}', whole.replace('true', '"true"'), whole.slice(0, -9), '\0\0']) {
    writeFileSync(file, junk);
    assert.equal(await world.ask({}), 'recent: help asked', JSON.stringify(junk));
    assert.equal(readFileSync(file, 'utf8'), whole);
  }
});

test('a cache that cannot be written costs time only', async (t) => {
  const world = makeWorld(t, 'native');
  writeFileSync(world.cache, 'a file');
  assert.equal(await world.ask({}), 'recent: help asked');
  assert.equal(await world.ask({}), 'recent: help asked');
});

test('asked by many at once it ends with one whole file', async (t) => {
  const world = makeWorld(t, 'native');
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask({})));
  assert.deepEqual([...new Set(answers)], ['recent: help asked']);
  assert.equal(readdirSync(join(world.cache, 'workflow')).length, 1);
  assert.equal(await world.ask({}), 'recent: nothing asked');
});
