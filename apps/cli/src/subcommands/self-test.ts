// `workflow self-test`: checks what runs need on this machine, and makes one small run in a temporary folder.
// Not here: the requirements of a single workflow (executor).

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { statePaths } from '@workflow-platform/journal';
import type { SelfTestFlags } from '../arguments/self-test.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatDuration } from '../print/format.ts';
import { chooseGlyphs } from '../print/glyphs.ts';
import { harmless } from '../print/harmless.ts';
import { renderTable } from '../print/table.ts';

interface Check {
  readonly name: string;
  readonly status: 'ok' | 'missing' | 'failed';
  readonly detail: string;
  /** Without it runs still work, with less. */
  readonly optional: boolean;
}

const NODE_MAJOR_MIN = 24;

/** Prints the checks as a table; exits with 1 when something needed is missing. */
export function selfTest(context: CliContext, flags: SelfTestFlags): void {
  const checks: Check[] = [
    checkNode(),
    checkSqlite(),
    checkCommand('sh', ['-c', 'echo works'], { optional: false }),
    checkCommand('git', ['--version'], { optional: true, without: 'workspaces are plain copies' }),
    checkStateFolder(context),
    checkRun(context),
  ];
  const failed = checks.some((check) => check.status !== 'ok' && !check.optional);
  if (failed) context.exitWith(exitCodes.failed);
  if (flags.json) context.out.write(`${JSON.stringify({ ok: !failed, checks }, null, 2)}\n`);
  else printTable(context, checks, failed);
}

function checkNode(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  const status = major >= NODE_MAJOR_MIN ? 'ok' : 'failed';
  const detail = status === 'ok' ? process.version : `${process.version}, but ${NODE_MAJOR_MIN} or newer is needed`;
  return { name: 'node', status, detail, optional: false };
}

function checkSqlite(): Check {
  try {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const database = new DatabaseSync(':memory:');
    const row = database.prepare('SELECT sqlite_version() AS version').get();
    database.close();
    return { name: 'sqlite', status: 'ok', detail: String(row?.['version']), optional: false };
  } catch (error) {
    return { name: 'sqlite', status: 'failed', detail: messageOf(error), optional: false };
  }
}

function checkCommand(name: string, args: readonly string[], more: { optional: boolean; without?: string }): Check {
  const { error, status, stdout } = spawnSync(name, args, { encoding: 'utf8' });
  if (error === undefined && status === 0) return { name, status: 'ok', detail: stdout.trim(), optional: more.optional };
  const consequence = more.without === undefined ? '' : `; without it ${more.without}`;
  return { name, status: 'missing', detail: `not found on PATH${consequence}`, optional: more.optional };
}

function checkStateFolder(context: CliContext): Check {
  const { folder } = statePaths(context.env);
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return { name: 'state folder', status: 'ok', detail: folder, optional: false };
  } catch (error) {
    return { name: 'state folder', status: 'failed', detail: `${folder}: ${messageOf(error)}`, optional: false };
  }
}

/** Runs this very program on a workflow of one step, with a state folder of its own. */
function checkRun(context: CliContext): Check {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-self-test-'));
  const project = join(folder, 'project');
  try {
    mkdirSync(project);
    writeFileSync(
      join(project, 'workflow.toml'),
      'id = "self-test"\n\n[steps.hello]\nrun = "echo hello > greeting && cat greeting"\n',
    );
    const env = {
      ...context.env,
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      AI_WORKSPACES_ROOT: '',
    };
    const startedMs = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [process.argv[1]!, 'run', join(project, 'workflow.toml'), '--json'],
      {
        cwd: project,
        env,
        encoding: 'utf8',
      },
    );
    const took = formatDuration(performance.now() - startedMs);
    if (status === 0 && stdout.includes('"run.finished"'))
      return { name: 'a small run', status: 'ok', detail: `took ${took}`, optional: false };
    const last = stderr.trim().split('\n').at(-1) ?? '';
    return { name: 'a small run', status: 'failed', detail: `exit code ${status}: ${last}`, optional: false };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printTable(context: CliContext, checks: readonly Check[], failed: boolean): void {
  const { style } = context.out;
  const glyphs = chooseGlyphs(context.env);
  const rows = checks.map((check) => {
    const color = check.status === 'ok' ? style.green : check.optional ? style.yellow : style.red;
    return [
      { text: check.status === 'ok' ? glyphs.done : glyphs.failed, style: color },
      { text: check.name, style: style.bold },
      { text: harmless(check.detail) },
    ];
  });
  context.out.write(
    renderTable(rows, { columns: context.out.columns(), style })
      .map((line) => `${line}\n`)
      .join(''),
  );
  context.out.write(
    failed ? `\n${style.red('Not everything works on this machine.')}\n` : `\n${style.green('Everything works.')}\n`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
