// Black-box cases of specs/170-at-the-terminal.md, on real terminals: questions of a run, break points. Files to edit: edit-files.test.ts.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { reply, startOnTerminal, type OnTerminal } from './on-terminal.ts';
import { createSandbox, type Sandbox } from './program.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
});
afterEach(() => sandbox.remove());

function writeWorkflow(steps: string): void {
  sandbox.write('workflow.toml', `id = "ask"\n[workspace]\nprovider = "none"\n${steps}`);
}

const FORM = `
[steps.form]
uses = "human/form"
inputs.message = "Which version is it?"
inputs.fields.version = { type = "string", required = true, pattern = "[0-9.]+" }
inputs.fields.note = { type = "string", default = "none" }
[steps.use]
needs = ["form"]
run = "echo got \${{ steps.form.outputs.version }} \${{ steps.form.outputs.note }} > used"
`;
const APPROVAL = '[steps.agree]\nuses = "human/approve"\ninputs.message = "Ship it?"\n';
const BUILD =
  '[steps.build]\nrun = "echo looking; test -f ok"\n[steps.ship]\nneeds = ["build"]\nrun = "echo shipped > shipped"\n';

const start = (...args: string[]): OnTerminal => startOnTerminal(sandbox, args, { cols: 120, rows: 30 });

interface StatusData {
  readonly run: { readonly id: string; readonly status: string };
  readonly steps: readonly {
    readonly id: string;
    readonly status: string;
    readonly outputs: { readonly [name: string]: string };
  }[];
}

const status = (): StatusData => JSON.parse(sandbox.run('workflow status @ --json').stdout) as StatusData;
const stepStatuses = (): string[] => status().steps.map((step) => `${step.id} ${step.status}`);

test('a form is filled in where the run runs, each value is checked at once, and a default counts when nothing is typed', async () => {
  writeWorkflow(FORM);
  const run = start('run');
  let from = await reply(run, /Which version[\s\S]*\[f\]ill in, \[r\]eject, \[l\]eave it waiting: /, 'f');
  from = await reply(run, /version: /, 'one', from);
  from = await reply(run, /must match[\s\S]*version: /, '1.2', from);
  from = await reply(run, /note \[none\]: /, '', from);
  await reply(run, /\[s\]end, \[a\]gain/, 's', from);
  assert.equal(await run.ended, 0);
  assert.equal(sandbox.run('cat used').stdout, 'got 1.2 none\n');
});

test('an approval takes the letter and what is said with it; nothing is approved by Enter alone', async () => {
  writeWorkflow(APPROVAL);
  const run = start('run');
  const from = await reply(run, /\[a\]pprove, \[r\]eject/, '');
  await reply(run, /type the letter of one of these[\s\S]*\[a\]pprove/, 'a looks good', from);
  assert.equal(await run.ended, 0);
  assert.match(status().steps[0]?.outputs['message'] ?? '', /^looks good$/);
});

test('a rejection asks why, and fails the step', async () => {
  writeWorkflow(APPROVAL);
  const run = start('run');
  const from = await reply(run, /\[a\]pprove/, 'r');
  await reply(run, /why: /, 'too early', from);
  assert.equal(await run.ended, 1);
  assert.match(run.text(), /rejected by .*: too early/);
});

test('a question that is left waits, and is answered from elsewhere', async () => {
  writeWorkflow(APPROVAL);
  const run = start('run');
  await reply(run, /\[a\]pprove/, 'l');
  await run.until(/left agree waiting/);
  assert.equal(sandbox.run('workflow approve @').status, 0);
  assert.equal(await run.ended, 0);
});

test('a question that somebody else answers meanwhile goes away', async () => {
  writeWorkflow(`${APPROVAL}[steps.other]\nneeds = ["agree"]\nuses = "human/approve"\ninputs.message = "Really?"\n`);
  const run = start('run');
  await run.until(/Ship it\?[\s\S]*\[a\]pprove/);
  const from = run.text().length;
  assert.equal(sandbox.run('workflow approve @').status, 0);
  await reply(run, /Really\?[\s\S]*\[a\]pprove/, 'a', from);
  assert.equal(await run.ended, 0);
});

test('Ctrl-C at a question cancels the run, and the terminal is as it was', async () => {
  writeWorkflow(APPROVAL);
  const run = start('run');
  await run.until(/\[a\]pprove/);
  run.terminal.write('\u0003');
  assert.equal(await run.ended, 130);
  assert.deepEqual(stepStatuses(), ['agree cancelled']);
});

test('whoever may not answer is not asked', async () => {
  writeWorkflow(`${APPROVAL}inputs.by = ["nobody-here"]\n`);
  const run = start('run');
  await run.until(/answer with: workflow approve/);
  run.terminal.write('\u0003');
  assert.equal(await run.ended, 130);
  assert.doesNotMatch(run.text(), /\[a\]pprove/);
});

test('`answer` tells whoever may not before anything is typed', async () => {
  writeWorkflow(`${APPROVAL}inputs.not_starter = true\n`);
  sandbox.run('workflow run --no-wait');
  const answer = start('answer', '@');
  assert.equal(await answer.ended, 2);
  assert.match(answer.text(), /may not answer step `agree`[\s\S]*somebody has to who did not start the run/);
});

test('two questions are asked one after the other', async () => {
  writeWorkflow(`${APPROVAL}${APPROVAL.replace('agree', 'again').replace('Ship', 'Tag')}`);
  const run = start('run');
  const from = await reply(run, /Ship it\?[\s\S]*\[a\]pprove.*: /, 'a');
  assert.doesNotMatch(run.text().slice(0, from), /Tag it\?\s*\r?\n\s*\[a\]/);
  await reply(run, /Tag it\?[\s\S]*\[a\]pprove/, 'a', from);
  assert.equal(await run.ended, 0);
});

const OUTER = `[steps.inner]\nuses = "./inner.toml"\n[steps.after]\nneeds = ["inner"]\nrun = "true"\n`;

test('what a run within the run asks is asked here, too, and goes away when somebody else answers', async () => {
  sandbox.write('inner.toml', `id = "inner"\n${FORM}${APPROVAL}`);
  writeWorkflow(OUTER);
  const run = start('run');
  await run.until(/(form|agree) of inner asks[\s\S]*waiting: /);
  const elsewhere = JSON.parse(sandbox.run('workflow waiting --json').stdout) as { run: string; step: string }[];
  const asked = /form of inner asks/.test(run.text()) ? 'form' : 'agree';
  const other = asked === 'form' ? 'agree' : 'form';
  const field = asked === 'form' ? '--field version=9' : '';
  const from = run.text().length;
  assert.equal(sandbox.run(`workflow approve ${elsewhere[0]?.run} ${asked} ${field}`).status, 0);
  if (other === 'agree') await reply(run, /agree of inner asks[\s\S]*\[a\]pprove/, 'a', from);
  else {
    const second = await reply(run, /form of inner asks[\s\S]*\[f\]ill in/, 'f', from);
    const third = await reply(run, /version: /, '9', second);
    await reply(run, /\[s\]end/, 's', await reply(run, /note/, '', third));
  }
  assert.equal(await run.ended, 0);
  assert.deepEqual(stepStatuses(), ['inner succeeded', 'after succeeded']);
});

test('an agent that asks for a permission asks here', async () => {
  const agent = join(import.meta.dirname, '../../../packages/agent/test/support/acp-agent.ts');
  const command = JSON.stringify([process.execPath, '--disable-warning=ExperimentalWarning', agent]);
  writeWorkflow(
    `[steps.ask]\nuses = "agent/run"\ninputs = { agent = "acp", command = ${command}, prompt = "ask for permission", permissions = "ask" }\n`,
  );
  const run = start('run');
  await reply(
    run,
    /permit of agent-permission asks[\s\S]*The agent acp asks for permission: Write a\.txt[\s\S]*\[a\]pprove/,
    'a',
  );
  assert.equal(await run.ended, 0);
  assert.equal(status().steps[0]?.outputs['text'], 'yes');
});

test('Ctrl-C at a question of a run within the run cancels both', async () => {
  sandbox.write('inner.toml', `id = "inner"\n${APPROVAL}`);
  writeWorkflow(OUTER);
  const run = start('run');
  await run.until(/agree of inner asks[\s\S]*\[a\]pprove/);
  run.terminal.write('\u0003');
  assert.equal(await run.ended, 130);
  assert.deepEqual(stepStatuses(), ['inner cancelled', 'after skipped']);
  assert.equal(sandbox.run('workflow waiting').stdout, '');
});

test('`answer` without fields asks for them at a terminal, and goes on without the run', async () => {
  writeWorkflow(FORM);
  assert.equal(sandbox.run('workflow run --no-wait').status, 4);
  const answer = start('answer', '@');
  let from = await reply(answer, /\[f\]ill in/, 'f');
  from = await reply(answer, /version: /, '3', from);
  from = await reply(answer, /note \[none\]: /, 'late', from);
  await reply(answer, /\[s\]end/, 's', from);
  assert.equal(await answer.ended, 0);
  assert.equal(sandbox.run('workflow resume @').status, 0);
  assert.equal(sandbox.run('cat used').stdout, 'got 3 late\n');
});

test('`answer` that is left changes nothing', async () => {
  writeWorkflow(FORM);
  sandbox.run('workflow run --no-wait');
  const answer = start('answer', '@');
  await answer.until(/\[f\]ill in/);
  answer.terminal.write('\u0004');
  assert.equal(await answer.ended, 4);
  assert.deepEqual(stepStatuses(), ['form needs-answer', 'use waiting']);
});

test('at a failure there is a shell in the workspace, then another attempt; Ctrl-C in the shell is no cancel', async () => {
  writeWorkflow(BUILD);
  const run = startOnTerminal(sandbox, ['run', '--break-on-failure'], { cols: 120, rows: 30, more: { SHELL: '/bin/sh' } });
  let from = await reply(run, /build: a break point[\s\S]*looking[\s\S]*exit code 1[\s\S]*\[o\]pen a shell/, 'o');
  await run.until(/a shell at [^\n]*\n[^\n]*[$#] $/, from);
  from = run.text().length;
  run.terminal.write('\u0003');
  from = await reply(run, /\n[^\n]*[$#] $/, 'touch ok; echo is-$((40+2)); exit', from);
  await run.until(/is-42/, from);
  await reply(run, /\[r\]etry/, 'r', from);
  assert.equal(await run.ended, 0);
  assert.ok(existsSync(join(sandbox.folder, 'shipped')));
});

test('a break point before a step: leaving it out lets the run go on', async () => {
  writeWorkflow(BUILD.replace('test -f ok', 'true'));
  const run = start('run', '--break-before', 'ship');
  await reply(run, /ship: a break point[\s\S]*\[c\]ontinue, \[s\]kip, \[f\]ail/, 's not today');
  assert.equal(await run.ended, 0);
  assert.match(run.text(), /left out by .*: not today/);
  assert.ok(!existsSync(join(sandbox.folder, 'shipped')));
});

test('a break point outlives its engine, and is answered without one', () => {
  writeWorkflow(BUILD);
  assert.equal(sandbox.run('workflow run --break-on-failure --no-wait').status, 4);
  const [asked] = JSON.parse(sandbox.run('workflow waiting --json').stdout) as {
    step: string;
    action: string;
    answer: string[];
  }[];
  assert.deepEqual([asked?.step, asked?.action], ['build', 'break/failure']);
  const refused = sandbox.run('workflow answer @ --field then=skip');
  assert.deepEqual([refused.status, /must be "retry", "continue" or "fail"/.test(refused.stderr)], [2, true]);
  sandbox.write('ok', '');
  const answered = sandbox.run(asked?.answer[0] ?? 'false');
  assert.deepEqual([answered.status, /asked for again `build`/.test(answered.stdout)], [0, true]);
  assert.equal(sandbox.run('workflow resume @').status, 0);
  assert.deepEqual(stepStatuses(), ['build succeeded', 'ship succeeded']);
});

test('a failure can be let pass, or left to stand', () => {
  for (const [then, code, ship] of [
    ['continue', 0, 'ship succeeded'],
    ['fail', 1, 'ship skipped'],
  ] as const) {
    writeWorkflow(BUILD);
    sandbox.run('workflow run --break-on-failure --no-wait');
    assert.equal(sandbox.run(`workflow answer @ --field then=${then}`).status, 0);
    assert.equal(sandbox.run('workflow resume @').status, code);
    assert.equal(stepStatuses()[1], ship);
  }
});

test('a retry can stop before its step, and a resume without break points has none', () => {
  writeWorkflow(BUILD);
  assert.equal(sandbox.run('workflow run').status, 1);
  sandbox.write('ok', '');
  assert.equal(sandbox.run('workflow resume @ --no-wait --break-before build').status, 4);
  assert.equal(sandbox.run('workflow approve @').status, 0);
  assert.equal(sandbox.run('workflow resume @').status, 0);
  assert.equal(sandbox.run('workflow retry @ --step ship').status, 0);
});

test('a step to stop before that is not there is a mistake before anything begins', () => {
  writeWorkflow(BUILD);
  const refused = sandbox.run('workflow run --break-before shop');
  assert.deepEqual([refused.status, /did you mean `ship`/.test(refused.stderr)], [2, true]);
  const dry = sandbox.run('workflow run --dry-run --break-before ship');
  assert.deepEqual([dry.status, /break points are not for dry runs/.test(dry.stderr)], [2, true]);
  assert.equal(sandbox.run('workflow status').stdout, '');
});
