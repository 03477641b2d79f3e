// A repository as a hostile step may leave it: every setting, hook and place from which git or Jujutsu might start a program
// names one that takes a note when it runs.

import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was planted. */
export interface PlantedPrograms {
  /** Names of the programs that have run since the last call, in order, each once. */
  started(): readonly string[];
  /** Leaves programs called `git`, `jj`, `rm` and so on in a folder, for who looks for programs in the current one. */
  leaveIn(folder: string): void;
}

const HOOKS = [
  'commit-msg',
  'fsmonitor-watchman',
  'post-checkout',
  'post-commit',
  'post-index-change',
  'post-merge',
  'post-rewrite',
  'pre-auto-gc',
  'pre-commit',
  'pre-merge-commit',
  'pre-rebase',
  'prepare-commit-msg',
  'reference-transaction',
];

// `filter.*.smudge` is not among them: what git checks out is whole only with it.
const GIT_SETTINGS: readonly string[] = [
  'core.fsmonitor',
  'core.pager',
  'core.editor',
  'core.askPass',
  'core.sshCommand',
  'core.gitProxy',
  'core.alternateRefsCommand',
  'credential.helper',
  'diff.external',
  'diff.planted.command',
  'diff.planted.textconv',
  'filter.planted.clean',
  'filter.pla=nted.clean',
  'gpg.program',
  'interactive.diffFilter',
  'merge.planted.driver',
  'pager.status',
  'sequence.editor',
  'uploadpack.packObjectsHook',
];

const JUJUTSU_SETTINGS: readonly string[] = [
  'git.executable-path',
  'merge-tools.planted.program',
  'signing.backends.gpg.program',
  'signing.backends.ssh.program',
  'ui.diff-editor',
  'ui.diff-formatter',
  'ui.editor',
  'ui.merge-editor',
  'ui.pager',
];

const LEFT = ['chmod', 'cp', 'direnv', 'find', 'git', 'jj', 'mv', 'ps', 'rm', 'sh', 'watchman'];

/** Plants programs, kept in `folder`, in the repository of `checkout`, a main checkout of git, Jujutsu or both. */
export function plantPrograms({
  folder,
  checkout,
  env = process.env,
}: {
  readonly folder: string;
  readonly checkout: string;
  readonly env?: NodeJS.ProcessEnv;
}): PlantedPrograms {
  const notes = join(folder, 'started');
  mkdirSync(folder, { recursive: true });
  const write = (place: string, name: string): string => {
    writeFileSync(place, `#!/bin/sh\necho '${name}' >> '${notes}'\ncat\n`);
    chmodSync(place, 0o755);
    return place;
  };
  const program = (name: string): string => write(join(folder, name.replaceAll(/[^\w.-]/g, '_')), name);
  const run = (argv: readonly string[]): void => {
    execFileSync(argv[0]!, argv.slice(1), { cwd: checkout, env, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  if (existsSync(join(checkout, '.jj'))) {
    const set = (name: string, value: string): void => run(['jj', 'config', 'set', '--repo', name, value]);
    set('signing.behavior', 'force');
    set('signing.backend', 'gpg');
    set('signing.key', 'planted');
    set('fsmonitor.backend', 'watchman');
    set('ui.paginate', 'auto');
    for (const name of JUJUTSU_SETTINGS) set(name, program(name));
    for (const name of ['log', 'status', 'workspace', 'x'])
      set(`aliases.${name}`, `["util", "exec", "--", "${program(`alias-${name}`)}"]`);
  }
  if (existsSync(join(checkout, '.git'))) {
    const git = join(checkout, '.git');
    mkdirSync(join(git, 'hooks'), { recursive: true });
    for (const name of HOOKS) write(join(git, 'hooks', name), `hook ${name}`);
    mkdirSync(join(git, 'info'), { recursive: true });
    appendFileSync(join(git, 'info/attributes'), '* filter=planted diff=planted merge=planted\n*.md filter=pla=nted\n');
    for (const name of ['commit.gpgSign', 'tag.gpgSign', 'log.showSignature', 'submodule.recurse'])
      run(['git', 'config', name, 'true']);
    for (const name of ['status', 'worktree', 'update-ref', 'x'])
      run(['git', 'config', `alias.${name}`, `!${program(`alias-${name}`)}`]);
    // The last: from here on git itself starts them.
    for (const name of GIT_SETTINGS) run(['git', 'config', name, program(name)]);
  }
  rmSync(notes, { force: true });
  return {
    started() {
      const names = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').slice(0, -1) : [];
      rmSync(notes, { force: true });
      return [...new Set(names)];
    },
    leaveIn(place) {
      for (const name of LEFT) write(join(place, name), `./${name}`);
    },
  };
}
