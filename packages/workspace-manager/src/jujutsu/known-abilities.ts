// Remembers from one process to the next what a `jj` can do, in `$XDG_CACHE_HOME/workflow/jujutsu-<digits>.json`: asking takes
// as long as making a workspace of some files. What is remembered holds for a program of that path, size and time of change,
// and for one version of it where the file may only stand for another program (a script, a version manager).
// Not here: asking (abilities.ts).

import {
  accessSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  closeSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';

import type { JujutsuAbilities } from './abilities.ts';

/** How to find out. */
export interface AbilityQuestions {
  /** What `jj --version` says; null when there is no `jj`. */
  readonly version: () => Promise<string | null>;
  readonly probe: () => Promise<JujutsuAbilities | null>;
}

/** What the first bytes of a program for this machine are: ELF, Mach-O, and Mach-O for several processors. */
const NATIVE = new Set(['7f454c46', 'cffaedfe', 'cafebabe']);

/** Returns what is known of the `jj` on PATH, or finds it out; null when there is none. A cache that cannot be read or written costs time only. */
export async function knownAbilities({ version, probe }: AbilityQuestions): Promise<JujutsuAbilities | null> {
  const program = programOnPath('jj');
  const print = program === null ? null : await fingerprintOf(program, version);
  if (program === null || print === null) return probe();
  const file = join(cacheFolder(), `jujutsu-${digitsOf(program)}.json`);
  const known = recall(file, print);
  if (known !== null) return known;
  const abilities = await probe();
  if (abilities !== null) remember(file, print, abilities);
  return abilities;
}

/** Returns where PATH leads to, links followed; null when that depends on the folder somebody stands in. */
function programOnPath(name: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) return null;
    const path = join(folder, name);
    try {
      if (!statSync(path).isFile()) continue;
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** A version manager is called by the names of many programs and decides by other things which one to start. */
async function fingerprintOf(program: string, version: () => Promise<string | null>): Promise<string | null> {
  const { size, mtimeMs } = statSync(program);
  const file = `${program} ${size} ${mtimeMs}`;
  if (basename(program) === 'jj' && NATIVE.has(firstBytes(program))) return file;
  const text = await version();
  return text === null ? null : `${file} ${text.trim()}`;
}

function firstBytes(path: string): string {
  const bytes = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // May be started but not read.
  }
  return bytes.toString('hex');
}

function recall(file: string, print: string): JujutsuAbilities | null {
  try {
    const { program, isRecent, knowsColocation } = JSON.parse(readFileSync(file, 'utf8')) as { readonly [key: string]: unknown };
    if (program !== print || typeof isRecent !== 'boolean' || typeof knowsColocation !== 'boolean') return null;
    return { isRecent, knowsColocation };
  } catch {
    return null;
  }
}

/** By rename: who reads at the same moment sees all of it or nothing. */
function remember(file: string, print: string, { isRecent, knowsColocation }: JujutsuAbilities): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(fresh, `${JSON.stringify({ program: print, isRecent, knowsColocation })}\n`, { mode: 0o600 });
      renameSync(fresh, file);
    } finally {
      rmSync(fresh, { force: true });
    }
  } catch {
    // It is asked again next time.
  }
}

function cacheFolder(): string {
  const given = process.env['XDG_CACHE_HOME'];
  return join(given !== undefined && isAbsolute(given) ? given : join(process.env['HOME'] || homedir(), '.cache'), 'workflow');
}

function digitsOf(text: string): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', text, 'hex').slice(0, 12);
}
