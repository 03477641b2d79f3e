// Black-box cases of specs/120-people.md, on real terminals: files that a person is to edit.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { reply, startOnTerminal } from './on-terminal.ts';
import { createSandbox, type Sandbox } from './program.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
});
afterEach(() => sandbox.remove());

function writeWorkflow(steps: string): void {
  sandbox.write('workflow.toml', `id = "ask"\n[workspace]\nprovider = "none"\n${steps}`);
}

interface StatusData {
  readonly workspace: { readonly path: string };
  readonly steps: readonly {
    readonly id: string;
    readonly status: string;
    readonly outputs: { readonly [name: string]: string };
  }[];
}

const status = (): StatusData => JSON.parse(sandbox.run('workflow status @ --json').stdout) as StatusData;
const stepStatuses = (): string[] => status().steps.map((step) => `${step.id} ${step.status}`);

const EDIT = `
[steps.draft]
run = "echo draft > PLAN.md"
[steps.tidy]
needs = ["draft"]
uses = "human/edit"
inputs.message = "Tidy it"
inputs.files = ["PLAN.md", "docs/-new one.md"]
inputs.must_change = true
[steps.use]
needs = ["tidy"]
run = "echo \${{ steps.tidy.outputs.files }} \${{ steps.tidy.outputs.changed }} > used"
`;

/** An editor that does what the text says; its arguments are the files. */
function editor(script: string): { readonly EDITOR: string; readonly VISUAL: string } {
  const path = sandbox.write('editor.sh', script);
  return { EDITOR: 'false', VISUAL: `sh ${path} --wait` };
}

test('files are edited where the run runs, with the editor of the person, and what changed is told and recorded', async () => {
  writeWorkflow(EDIT);
  const more = editor('shift; test "$#" = 2 && echo tidied >> "$1" && echo new > "$2"');
  const run = startOnTerminal(sandbox, ['run'], { cols: 120, rows: 30, more });
  let from = await reply(run, /Tidy it[\s\S]*files: PLAN.md, docs\/-new one.md[\s\S]*\[e\]dit, \[d\]one/, 'd');
  from = await reply(run, /nothing has changed, and something has to[\s\S]*\[e\]dit/, 'e', from);
  await reply(run, /changed: PLAN.md, docs\/-new one.md[\s\S]*\[e\]dit/, 'd', from);
  assert.equal(await run.ended, 0);
  assert.equal(sandbox.run('cat used').stdout, '["PLAN.md","docs/-new one.md"] true\n');
});

test('no name of a file is a command of the editor, and no link leads out of the workspace', async () => {
  writeWorkflow(
    '[steps.tidy]\nuses = "human/edit"\ninputs.message = "Tidy it"\ninputs.files = ["+!touch hit", "link"]\n[steps.use]\nneeds = ["tidy"]\nrun = "true"\n',
  );
  sandbox.run('workflow run --no-wait');
  const answer = startOnTerminal(sandbox, ['answer', '@'], { cols: 120, rows: 30, more: editor('shift; echo "got $*."') });
  let from = await reply(answer, /\[e\]dit/, 'e');
  from = await reply(answer, /got \.\/\+!touch hit \.\/link\.[\s\S]*\[e\]dit/, '', from);
  sandbox.run('ln -s /etc/passwd link');
  from = await reply(answer, /type the letter[\s\S]*\[e\]dit/, 'e', from);
  await reply(answer, /`link` leads out of the workspace[\s\S]*\[e\]dit/, 'l', from);
  assert.equal(await answer.ended, 4);
});

test('Ctrl-C in the editor is the editor’s', async () => {
  writeWorkflow(EDIT);
  sandbox.run('workflow run --no-wait');
  const script = "trap 'echo interrupted >> PLAN.md; exit 0' INT; echo editing; while :; do sleep 0.1; done";
  const answer = startOnTerminal(sandbox, ['answer', '@'], { cols: 120, rows: 30, more: editor(script) });
  const from = await reply(answer, /\[e\]dit/, 'e');
  await answer.until(/editing/, from);
  answer.terminal.write('\u0003');
  await reply(answer, /changed: PLAN\.md[\s\S]*\[d\]one/, 'd', from);
  assert.equal(await answer.ended, 0);
});

test('an editor that fails is told, and leaves the question as it is', async () => {
  writeWorkflow(EDIT);
  sandbox.run('workflow run --no-wait');
  const answer = startOnTerminal(sandbox, ['answer', '@'], { cols: 120, rows: 30, more: editor('exit 3') });
  const from = await reply(answer, /\[e\]dit/, 'e');
  await reply(answer, /ended with status 3[\s\S]*nothing has changed[\s\S]*\[e\]dit/, 'l', from);
  assert.equal(await answer.ended, 4);
  assert.deepEqual(stepStatuses(), ['draft succeeded', 'tidy needs-answer', 'use waiting']);
});

test('an editor that is not there is told, with what to do', async () => {
  writeWorkflow(EDIT);
  sandbox.run('workflow run --no-wait');
  const more = { EDITOR: 'no-such-editor -w', VISUAL: '' };
  const answer = startOnTerminal(sandbox, ['answer', '@'], { cols: 120, rows: 30, more });
  const from = await reply(answer, /\[e\]dit/, 'e');
  await reply(answer, /`no-such-editor -w` could not be started; set \$EDITOR[\s\S]*\[e\]dit/, 'l', from);
  assert.equal(await answer.ended, 4);
});

test('a workspace that is gone is told; with a resume what the run had done is there again', () => {
  sandbox.run('git init -q && git commit -q --allow-empty -m base');
  sandbox.write('workflow.toml', `id = "ask"\n[workspace]\nprovider = "copy"\n${EDIT}`);
  assert.equal(sandbox.run('workflow run --no-wait').status, 4);
  const workspace = (): string =>
    (JSON.parse(sandbox.run('workflow waiting --json').stdout) as { workspace: string }[])[0]?.workspace ?? '';
  sandbox.run(`workflow workspace clean "$(basename '${workspace()}')"; rm -rf '${workspace()}'`);
  const refused = sandbox.run('workflow approve @');
  assert.deepEqual([refused.status, /is not there[\s\S]*workflow resume/.test(refused.stderr)], [1, true]);
  assert.equal(sandbox.run('workflow resume @ --no-wait').status, 4);
  sandbox.run(`echo tidied >> '${workspace()}/PLAN.md'`);
  assert.equal(sandbox.run('workflow approve @').status, 0);
});

test('edits made elsewhere, without any process of the run, count from when it was asked', () => {
  writeWorkflow(EDIT);
  assert.equal(sandbox.run('workflow run --no-wait').status, 4);
  const refused = sandbox.run('workflow approve @');
  assert.deepEqual([refused.status, /nothing in the files has changed/.test(refused.stderr)], [2, true]);
  sandbox.write('PLAN.md', 'by hand\n');
  assert.equal(sandbox.run('workflow approve @').status, 0);
  assert.equal(sandbox.run('workflow resume @').status, 0);
  assert.equal(sandbox.run('cat used').stdout, '["PLAN.md"] true\n');
  assert.equal(status().steps[1]?.outputs['files'], '["PLAN.md"]');
});

test('in a workspace of its own, with a change for each step, the edit is the change of the step', () => {
  sandbox.run('jj git init 2>/dev/null; jj config set --repo user.name Ana; jj config set --repo user.email ana@example.org');
  sandbox.write('PLAN.md', 'draft\n');
  sandbox.write(
    'workflow.toml',
    'id = "ask"\n[workspace]\nprovider = "jj"\nkeep = "always"\n[steps.tidy]\nuses = "human/edit"\ninputs.message = "Tidy it"\ninputs.files = ["PLAN.md"]\n[steps.use]\nneeds = ["tidy"]\nrun = "echo used > used"\n',
  );
  sandbox.run('jj commit -m base');
  assert.equal(sandbox.run('workflow run --no-wait').status, 4);
  const { workspace } = status();
  sandbox.run(`echo tidied >> '${workspace.path}/PLAN.md'`);
  assert.equal(sandbox.run('workflow approve @').status, 0);
  assert.equal(sandbox.run('workflow resume @').status, 0);
  const log = sandbox.run(
    `cd '${workspace.path}' && jj log --no-graph -r 'mutable()' -T 'description.first_line() ++ " | " ++ diff.files().map(|f| f.path()).join(",") ++ "\n"'`,
  );
  assert.match(log.stdout, /tidy.*\| PLAN\.md$/m);
  assert.match(sandbox.run('workflow diff @ tidy').stdout, /^\+tidied$/m);
  assert.match(sandbox.run('workflow explain @ tidy').stdout, /People\n {2}approved by .*; files = \["PLAN\.md"\]/);
  assert.match(log.stdout, /use.*\| used$/m);
});
