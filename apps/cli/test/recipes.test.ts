// The recipes of examples/agents, from end to end in a Jujutsu repository: a scripted agent stands in for a real one, people
// answer from other processes, and everything is killed in the middle.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { agentTest, type AgentSandbox } from './agent-sandbox.ts';

/** Does what each prompt asks for, told by its first line. Every prompt is kept. */
const AGENT = `#!/bin/sh
prompt=$(cat)
title=$(printf '%s\\n' "$prompt" | sed -n '1s/^# //p')
printf '%s\\n' "$prompt" > "$OUT/$title.md"
echo "$title" >> "$OUT/asked"
case $title in
  'Questions for the product manager') grep -q '^Q: ' pm-faq.md || echo 'Q: which colour?' >> pm-faq.md ;;
  'Answers become issues') printf '## a1: %s\\n\\nStatus: open\\n' "$(sed -n 's/^A: //p' pm-faq.md)" >> issues.md ;;
  'Pick the next issue') if grep -q 'Status: open' issues.md; then jj new && echo a1 > next-issue.md; fi ;;
  'Resolve an issue')
    echo blue > colour.txt; touch "$OUT/at-work"
    while [ -e "$OUT/hold" ]; do sleep 0.05; done
    jj describe -m 'Paint it blue' ;;
  'Review the current change')
    jj new -m 'review(agent): in progress'; echo '# REVIEW: is it?' >> colour.txt
    sed -i 's/Status: open/Status: done/' issues.md; jj describe -m 'review(agent): one remark' ;;
  'Tidy the issues') jj new -m 'issues: Tidy'; echo overview > issues-overview.md ;;
  'Archive what is done') grep -q 'Status: done' issues.md && { jj new -m 'issues: Archive'; mkdir -p .archive; mv issues.md .archive/; } || : ;;
  'Consolidate') mkdir -p specs; echo blue > specs/colour.md; jj describe -m 'specs: Colours' ;;
  'Bring me up to speed') echo 'It became blue.' ;;
  *) echo "unknown prompt: $title" >&2; exit 9 ;;
esac
`;

const ASKED = `until workflow waiting --json | grep -q '"step"'; do sleep 0.1; done`;

agentTest(
  'work: asks, picks, resolves and reviews, though everything is killed at the editor and within an agent',
  async (sandbox) => {
    const { out, kept } = prepare(sandbox);
    writeFileSync(join(out, 'hold'), '');
    const first = begin(sandbox, 'workflow run work --workspace-id w --param rev=@');
    sandbox.run(ASKED);
    await killAll(sandbox);
    await first;
    assert.match(sandbox.run('workflow status @ --json').stdout, /"status": "interrupted"/);

    // The person answers in the workspace, days later; then the machine is started again.
    const faq = sandbox.at('w', 'pm-faq.md');
    writeFileSync(faq, `${readFileSync(faq, 'utf8')}A: blue\n`);
    assert.equal(sandbox.run(`workflow approve ${waitingRun(sandbox)}`).status, 0);
    const second = begin(sandbox, 'workflow resume @');
    sandbox.run('until test -e "$OUT/at-work"; do sleep 0.05; done');
    await killAll(sandbox);
    await second;
    rmSync(join(out, 'hold'));
    const { status, stderr } = sandbox.run('workflow resume @');
    assert.equal(status, 0, stderr);

    // What had ended was asked for once; only the agent that was killed is asked again.
    assert.deepEqual(readFileSync(join(out, 'asked'), 'utf8').trim().split('\n'), [
      'Questions for the product manager',
      'Answers become issues',
      'Questions for the product manager',
      'Pick the next issue',
      'Resolve an issue',
      'Resolve an issue',
      'Review the current change',
      'Questions for the product manager',
      'Pick the next issue',
    ]);
    assert.deepEqual(changes(sandbox, 'description(substring:"base")::w@'), [
      'base: issues.md',
      '',
      'Questions for the PM: pm-faq.md',
      'Updating Issue database: issues.md',
      '',
      'Paint it blue: colour.txt',
      'issues: Update after review: issues.md',
      '',
    ]);
    // The remarks stay on a branch beside it.
    assert.deepEqual(changes(sandbox, 'description(substring:"issues: Update")+ & ~empty()'), [
      'review(agent): one remark: colour.txt',
    ]);
    assert.equal(readFileSync(sandbox.at('w', 'colour.txt'), 'utf8'), 'blue\n');
    assert.match(
      kept('Resolve an issue'),
      /Resolve the issue `a1`[^]*The least code that does it[^]*no filler|Resolve the issue `a1`/,
    );
  },
);

agentTest('questions-for-pm: round after round up to the cap, and nothing of the last one stays', (sandbox) => {
  const { kept } = prepare(sandbox);
  const line = (text: string) => sandbox.run(text);
  assert.equal(line('workflow run questions-for-pm --workspace-id w --param iteration_cap=1 --no-wait').status, 4);
  assert.match(line('workflow waiting').stdout, /pm-faq\.md/);
  assert.equal(line(`echo 'A: green' >> ${sandbox.at('w', 'pm-faq.md')}; workflow approve @`).status, 0);
  assert.equal(line('workflow resume @').status, 0);
  assert.deepEqual(changes(sandbox, 'description(substring:"base")::w@'), [
    'base: issues.md',
    '',
    'Questions for the PM: pm-faq.md',
    'Updating Issue database: issues.md',
    '',
  ]);
  assert.match(
    readFileSync(sandbox.at('w', 'pm-faq.md'), 'utf8'),
    /^\n# Questions from \d{4}-\d\d-\d\d\nQ: which colour\?\nA: green\n$/,
  );
  assert.match(kept('Answers become issues'), /Short sentences[^]*## ID: title/);
  assert.equal(line('workflow run questions-for-pm --param iteration_cap=-1').status, 2);
});

agentTest(
  'edit, human-work-step and continue-work: a person works in the change; the way back is taken also after a rejection',
  async (sandbox) => {
    prepare(sandbox);
    const line = (text: string) => sandbox.run(text);
    const here = () => line(`cd ${sandbox.at('w')} && jj log --no-graph -r @ -T change_id`).stdout;
    line(`workflow workspace run --workspace-id w -- jj describe -m 'in the middle'`);
    const before = here();
    assert.equal(
      line(`workflow run edit --workspace-id w --param rev='description(substring:"base") | none()' --no-wait`).status,
      4,
    );
    assert.match(line('workflow waiting --json').stdout, /"files": \[\s*"issues\.md"\s*\]/);
    assert.notEqual(here(), before);
    assert.equal(line('workflow reject @ --message no && workflow resume @').status, 1);
    assert.equal(here(), before);
    assert.notEqual(line('workflow run edit --workspace-id w --param rev=nosuch').status, 0);
    assert.equal(here(), before);

    // A change with nothing in it goes when it is left; then the way back leads to another one in its place.
    line(`cd ${sandbox.at('w')} && jj new 'description(substring:"in the middle")'`);
    assert.equal(line('workflow run edit --workspace-id w --param rev=@- --no-wait').status, 4);
    assert.equal(line('workflow approve @ && workflow resume @').status, 0);
    assert.deepEqual(changes(sandbox, 'w@ | w@-'), ['in the middle', '']);

    // A review that a person has to go over, and no issue to pick after it.
    line(
      `cd ${sandbox.at('w')} && jj new -m 'review(agent): old' && echo more >> issues.md && echo REVIEW > code.txt && jj status`,
    );
    const ended = begin(sandbox, 'workflow run continue-work --workspace-id w');
    line(ASKED);
    line(`echo 'said a person' >> ${sandbox.at('w', 'issues.md')}`);
    assert.equal(line(`workflow approve ${waitingRun(sandbox)}`).status, 0);
    await ended;
    assert.match(line('workflow status @ --json').stdout, /"status": "succeeded"/, line('cat run.txt').stdout);
    assert.deepEqual(changes(sandbox, 'description(substring:"issues: Update")'), ['issues: Update after review: issues.md']);
    assert.match(readFileSync(sandbox.at('w', 'issues.md'), 'utf8'), /said a person/);
    assert.equal(existsSync(sandbox.at('w', 'code.txt')), false);
  },
);

agentTest('the recipes of an agent alone leave the changes that they are for', (sandbox) => {
  const { kept } = prepare(sandbox);
  const run = (line: string) => sandbox.run(`workflow run ${line} --workspace-id w`);
  const missing = run('next-issue');
  assert.equal(missing.status, 1);
  assert.match(sandbox.run('workflow logs @ issue').stdout, /pick an issue first/);
  sandbox.run(`printf '## a1: blue\\n\\nStatus: open\\n' >> ${sandbox.at('w', 'issues.md')}`);
  for (const name of ['pick-next-issue', 'ai-work-step', 'tidy-issues', 'archive-issues']) {
    const { status, stderr } = run(name);
    assert.equal(status, 0, `${name}: ${stderr}`);
  }
  assert.deepEqual(changes(sandbox, 'description(substring:"Paint")::w@'), [
    'Paint it blue: colour.txt',
    'review(agent): one remark: colour.txt issues.md',
    'issues: Tidy: issues-overview.md',
    'issues: Archive: .archive/issues.md',
  ]);
  const range = `--param start='description(substring:"base")' --param end='w@ | none()'`;
  assert.equal(run(`review-old ${range}`).status, 0);
  assert.match(sandbox.run('workflow logs @ tell').stdout, /It became blue\./);
  const { status, stderr } = run(`consolidate ${range}`);
  assert.equal(status, 0, stderr);
  assert.deepEqual(changes(sandbox, 'w@'), ['specs: Colours: specs/colour.md']);
  // The text of rules, log and diff, where the recipes of old had the commands that were to print them.
  assert.match(kept('Consolidate'), /says what users can rely on[^]*Paint it blue[^]*\+blue/);
});

agentTest('work: a step to start from that there is not is refused before anything is done', (sandbox) => {
  prepare(sandbox);
  const { status, stderr } = sandbox.run('workflow run work --param start_from=coed');
  assert.equal(status, 2);
  assert.match(stderr, /"questions", "pick", "code" or "review"/);
  assert.equal(sandbox.run("workflow run work --param rev=''").status, 2);
});

/** The recipes as `workflows/` of the repository, an issue list, and the agent. */
function prepare(sandbox: AgentSandbox): { readonly out: string; kept(title: string): string } {
  const env: { [name: string]: string } = sandbox.env;
  const out = join(sandbox.folder, '..', 'out');
  sandbox.write('../out/.keep', '');
  env['OUT'] = out;
  env['WORKFLOW_AGENT'] = 'sh ../agent of words'.replace('../agent', join(out, 'agent'));
  sandbox.write('../out/agent', AGENT);
  sandbox.write('issues.md', '# Issues\n\n');
  rmSync(join(sandbox.folder, 'dirty'));
  sandbox.run("jj commit -m base && echo 'run.txt' > .gitignore");
  const source = join(import.meta.dirname, '../../../examples/agents');
  cpSync(source, join(sandbox.folder, 'workflows'), { recursive: true });
  return { out, kept: (title) => readFileSync(join(out, `${title}.md`), 'utf8') };
}

/** Starts a command in the background, its words in run.txt. Resolves when it has ended. */
function begin(sandbox: AgentSandbox, command: string): Promise<unknown> {
  const { folder: cwd, env } = sandbox;
  return once(spawn('sh', ['-c', `exec ${command} > run.txt 2>&1`], { cwd, env, detached: true, stdio: 'ignore' }), 'close');
}

function waitingRun(sandbox: AgentSandbox): string {
  const [first] = JSON.parse(sandbox.run('workflow waiting --json').stdout) as { run: string }[];
  assert.ok(first);
  return first.run;
}

/** What goes with the machine: engines, their shells, steps and all they have started. */
async function killAll(sandbox: AgentSandbox): Promise<void> {
  const mark = `XDG_STATE_HOME=${sandbox.env['XDG_STATE_HOME']}`;
  const left = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).split('\0').includes(mark));
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Changes from the oldest to the newest, each with the first line of its description and its files. */
function changes(sandbox: AgentSandbox, revisions: string): string[] {
  sandbox.run(`cd ${sandbox.at('w')} && jj status`);
  const template = 'description.first_line() ++ if(empty, "", ": " ++ self.diff().files().map(|f| f.path()).join(" ")) ++ "\\n"';
  return sandbox.jj('log', '--no-graph', '--reversed', '-r', revisions, '-T', template).split('\n').slice(0, -1);
}
