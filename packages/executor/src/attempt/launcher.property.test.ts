import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import * as fc from 'fast-check';
import { Launcher } from './launcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'launcher-'));
const launcher = new Launcher({ env: { PATH: process.env['PATH'] }, runId: `run-${process.pid}`, folder });
after(async () => {
  await launcher.close();
  rmSync(folder, { recursive: true, force: true });
});

// Lone surrogates have no UTF-8, NUL has no place in an argument: everything else must arrive.
const character = fc.oneof(
  fc.constantFrom(...Array.from(`'"\\$\`!*?~#&|;<>(){}[]=% \t\n\r^-`)),
  fc.constantFrom('é', '\u{1f600}', '\u0001', '\u007f', '\u2028'),
  fc.string({ minLength: 1, maxLength: 1 }),
);
const text = fc.array(character, { maxLength: 24 }).map((parts) => parts.join('').replaceAll('\0', ''));
const name = fc.oneof(
  fc.constantFrom('IFS', 'PS4', 'OPTIND', 'UID', 'CDPATH', 'ENV', 'LANG', 'a-b', 'a.b', 'x y', 'é'),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
);

it(
  'any argument and any variable arrive as they were given',
  { skip: !existsSync('/proc/self/environ') && 'needs /proc' },
  async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), fc.dictionary(name, text, { maxKeys: 5 }), async (words, given) => {
        const { PATH: _path, PWD: _pwd, ...env } = given;
        const log = join(folder, `${count++}.log`);
        const stdout = join(folder, `${count}.stdout`);
        // Reads what the system gave it, arguments first: no shell is between, and none of the words is an option of `cat`.
        const argv = ['cat', '/proc/self/cmdline', '/proc/self/environ', '--', ...words.map((word) => `/${word}`)];
        await launcher.start({ attemptNo: count, argv, cwd: folder, env, stdin: null, log, stdout }).ended;
        const told = readFileSync(stdout, 'utf8');
        const asked = argv.map((word) => `${word}\0`).join('');
        assert.ok(told.startsWith(asked), JSON.stringify([told.slice(0, asked.length), asked]));
        const variables = told.slice(asked.length).split('\0');
        for (const [key, value] of Object.entries(env))
          assert.ok(variables.includes(`${key}=${value}`), JSON.stringify([key, value]));
      }),
      { numRuns: 150 },
    );
  },
);
