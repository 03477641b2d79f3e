// Has just say what is in a justfile, or reads what it said before. just only reads for that: nothing of the justfile is run.
// Not here: what the dump means (migrate-just/read-dump.ts).

import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { UserError } from '@workflow-platform/events';
import { findRepositoryRoot } from '@workflow-platform/source';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { JustModule } from '../../migrate-just/justfile.ts';
import type { Places } from '../../migrate-just/places.ts';
import { readDump } from '../../migrate-just/read-dump.ts';

export interface ReadJustfile {
  readonly root: JustModule;
  readonly places: Places;
  /** Null where only the dump is there. */
  readonly text: string | null;
  /** As people read it. */
  readonly name: string;
  /** Absolute folder that the workflows belong to. */
  readonly folder: string;
}

/** The largest dump that is read; real ones have some 100 KiB. */
const DUMP_BYTES_MAX = 64 << 20;

/** Reads a justfile, or a dump of one. */
export async function readJustfile(
  context: CliContext,
  { file, dump }: { file: string | undefined; dump: string | undefined },
): Promise<ReadJustfile> {
  const path = file === undefined ? (dump === undefined ? findJustfile(context.cwd) : null) : resolve(context.cwd, file);
  const text = path === null ? null : readText(path, file ?? basename(path));
  const given =
    dump === undefined ? askJust(context, path!) : dump === '-' ? await readStdin() : readText(resolve(context.cwd, dump), dump);
  const reading = readDump(given);
  if (!reading.ok)
    throw new UserError(
      'bad-dump',
      `${dump === undefined || dump === '-' ? 'what just printed' : dump} cannot be read: ${reading.problem}`,
      {
        hint: 'make it with `just --dump --dump-format json`',
        exitCode: exitCodes.usage,
      },
    );
  const { root } = reading;
  const folder = path === null ? context.cwd : dirname(path);
  const top = findRepositoryRoot(folder) ?? folder;
  const absolute = root.source === null ? null : dirname(root.source);
  return {
    root,
    text,
    folder,
    name: path === null ? 'the dump' : relative(context.cwd, path) || basename(path),
    places: { folder: relative(top, folder).split('\\').join('/'), file: basename(path ?? root.source ?? 'justfile'), absolute },
  };
}

function findJustfile(cwd: string): string {
  for (const name of ['justfile', 'Justfile', '.justfile']) {
    const path = resolve(cwd, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
  }
  throw new UserError('no-justfile', `there is no justfile in ${cwd}`, {
    hint: 'name it: `workflow migrate just FILE`, or give a dump with `--dump FILE`',
    exitCode: exitCodes.notFound,
  });
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      isMissing ? 'file-missing' : 'unreadable-file',
      isMissing ? `there is no file ${name}` : `cannot read ${name}: ${(cause as Error).message}`,
      {
        hint: 'name a justfile, or a dump of one with `--dump FILE`',
        exitCode: isMissing ? exitCodes.notFound : exitCodes.failed,
        cause,
      },
    );
  }
}

async function readStdin(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

function askJust(context: CliContext, path: string): string {
  const { status, stdout, stderr, error } = spawnSync(
    'just',
    ['--unstable', '--dump', '--dump-format', 'json', '--justfile', path],
    {
      cwd: dirname(path),
      env: { ...process.env, ...context.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: DUMP_BYTES_MAX,
    },
  );
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT')
    throw new UserError('no-just', 'just is not on PATH, and only just can read a justfile', {
      hint: 'install it, or run `just --dump --dump-format json > dump.json` where it is, and give that with `--dump dump.json`',
      exitCode: exitCodes.failed,
      cause: error,
    });
  if (error !== undefined || status !== 0)
    throw new UserError(
      'just-failed',
      `just cannot read ${basename(path)}: ${firstLines(stderr) || (error?.message ?? `exit ${status}`)}`,
      {
        hint: 'put the justfile right first: `just --list` has to work',
        exitCode: exitCodes.usage,
        cause: error,
      },
    );
  return stdout;
}

function firstLines(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
    .slice(0, 6)
    .join('\n');
}
