// A Jujutsu repository with tools in it, and `workflow workspace` on PATH: what tests of agent workspaces start from.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const hasJujutsu = spawnSync('jj', ['--version']).status === 0;

/** Hash of TOOLS. */
export const TOOLS_HASH = '81240278b9e3ea2c2595c4ebf0e5df65c64f1152729b4cce8f57f57a542f4fad';

const TOOLS = { 'agents.just': 'a:\n', 'rules/one.md': 'be kind\n', 'scripts/go.sh': 'echo hi\n', 'AGENTS.md': 'Read rules.\n' };

/** The metadata file as JSON. */
export type Metadata = { [key: string]: unknown };

/** A repository with one commit and an uncommitted file `dirty`, in the current folder of `run`. */
export interface AgentSandbox extends Sandbox {
  readonly namespace: string;
  /** The folder of a workspace. */
  at(id: string, ...rest: string[]): string;
  metadata(id: string): Metadata;
  writeMetadata(id: string, metadata: Metadata): void;
  /** `workflow workspace …` in the repository; throws with what it said when it fails. */
  workspace(line: string, env?: { readonly [name: string]: string }): string;
  /** The same, expected to be refused: returns the exit code and stderr. */
  refused(line: string, env?: { readonly [name: string]: string }): { status: number; stderr: string };
  /** Asks jj without recording anything. */
  jj(...args: string[]): string;
  /** Workspaces that jj knows. */
  known(): string[];
}

/** A test that is given a repository of its own, and skipped where there is no `jj`. */
export function agentTest(title: string, check: (sandbox: AgentSandbox, t: TestContext) => void | Promise<void>): void {
  test(title, { skip: hasJujutsu ? false : 'needs `jj` on PATH' }, async (t) => {
    const sandbox = createAgentSandbox();
    try {
      await check(sandbox, t);
    } finally {
      // Tests make folders that forbid writing.
      sandbox.run('chmod -R u+rwX .. 2>/dev/null');
      sandbox.remove();
    }
  });
}

function createAgentSandbox(): AgentSandbox {
  const sandbox = createSandbox();
  const { folder, env } = sandbox;
  const namespace = join(
    env['XDG_CACHE_HOME']!,
    'ai-workspaces',
    `work-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`,
  );
  const jj = (...args: string[]) =>
    execFileSync('jj', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const at = (id: string, ...rest: string[]) => join(namespace, id, ...rest);
  const metadataFile = (id: string) => at(id, '.agent-tools/.agent-workflow.json');
  const start = (line: string, extra?: { readonly [name: string]: string }) =>
    sandbox.run(`workflow workspace ${line}`, extra === undefined ? {} : { env: extra });
  write(join(env['XDG_CONFIG_HOME']!, 'jj/config.toml'), '[user]\nname = "Ana"\nemail = "ana@example.org"\n');
  jj('git', 'init', '--colocate', '.');
  for (const [path, text] of Object.entries(TOOLS)) sandbox.write(path, text);
  jj('commit', '-m', 'first');
  sandbox.write('dirty', 'not committed\n');
  return {
    ...sandbox,
    namespace,
    at,
    metadata: (id) => JSON.parse(readFileSync(metadataFile(id), 'utf8')) as Metadata,
    writeMetadata: (id, metadata) => write(metadataFile(id), JSON.stringify(metadata)),
    workspace(line, extra) {
      const { stdout, stderr, status } = start(line, extra);
      if (status !== 0) throw new Error(`workflow workspace ${line}: exit ${status}\n${stderr}`);
      return stdout;
    },
    refused(line, extra) {
      const { stdout, stderr, status } = start(line, extra);
      if (status === 0 || stdout !== '' || stderr === '') {
        throw new Error(`not refused: workflow workspace ${line}: exit ${status}\n${stdout}\n${stderr}`);
      }
      return { status, stderr };
    },
    jj: (...args) => jj('--ignore-working-copy', ...args),
    known: () =>
      jj('--ignore-working-copy', 'workspace', 'list', '-T', 'json(name) ++ "\\n"')
        .trim()
        .split('\n')
        .map((line) => String(JSON.parse(line))),
  };
}

/** Says whether direnv is here. */
export function hasDirenv(): boolean {
  return spawnSync('direnv', ['version']).status === 0;
}

/** Stands in for direnv where it is not installed: knows `allow .` and `exec . COMMAND …`. */
export function fakeDirenv({ env }: AgentSandbox): void {
  const script =
    '#!/bin/sh\ncase $1 in\n  allow) ;;\n  exec) shift 2; . ./.envrc >&2 || exit 1; exec "$@" ;;\n  *) exit 2 ;;\nesac\n';
  writeFileSync(join(env['PATH']!.split(':')[0]!, 'direnv'), script, { mode: 0o755 });
}

/** A folder to be the whole PATH: links to every program there is but these. */
export function allProgramsBut(sandbox: AgentSandbox, left: string): string {
  const folder = join(sandbox.folder, '..', 'programs');
  mkdirSync(folder);
  for (const place of sandbox.env['PATH']!.split(':').filter((each) => existsSync(each))) {
    for (const name of readdirSync(place)) {
      if (name === left || existsSync(join(folder, name))) continue;
      const target = join(place, name);
      // What finds its files beside itself must be started where it is.
      writeFileSync(join(folder, name), `#!/bin/sh\nexec '${target}' "$@"\n`, { mode: 0o755 });
    }
  }
  return folder;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
