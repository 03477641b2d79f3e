// People and the runs that wait for them, from other terminals: what reaches a run, whatever becomes of its engine.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createSandbox } from './program.ts';

let sandbox = createSandbox();
after(() => sandbox.remove());

beforeEach(() => {
  sandbox.remove();
  sandbox = createSandbox();
  sandbox.write('ask.toml', ASK);
});

const ASK = `
id = "ask"

[steps.ask]
uses = "human/approve"
inputs.message = "Go on?"
inputs.fields.note = { default = "none" }

[steps.next]
needs = ["ask"]
run = 'echo "\${{ steps.ask.outputs.note }}" >> "$OUT"'
env.OUT = "\${{ params.out }}"

[parameters.out]
required = true
`;

/** A line of `sh`: waits until something waits for an answer. */
const UNTIL_ASKED = 'until workflow waiting --json | grep -q \'"step"\'; do :; done';

/** Starts the run in the background, as `$engine`, and waits until it asks. */
const ASKED = `workflow run ask.toml --param out="$PWD/out" >run.txt 2>&1 & engine=$!\n${UNTIL_ASKED}`;

/** Says so when the process of `pid` is there no more, or only its entry in the table. */
const GONE = 'case "$(ps -o stat= -p $(cat pid))" in ""|Z*) echo gone ;; esac';

interface Step {
  readonly id: string;
  readonly status: string;
  readonly answer: { readonly by: string; readonly message: string } | null;
}

function steps(): { readonly [id: string]: Step } {
  const { steps: all } = JSON.parse(sandbox.run('workflow status @ --json').stdout) as { steps: Step[] };
  return Object.fromEntries(all.map((step) => [step.id, step]));
}

test('an answer from another terminal reaches the run, with who gave it', () => {
  const { stdout } = sandbox.run(`${ASKED}
    workflow approve @ --field note=fine --message "looks good" >approve.txt 2>&1; echo "approve $?"
    wait $engine; echo "run $?"; cat out; cat approve.txt`);
  assert.match(stdout, /^approve 0\nrun 0\nfine\napproved `ask` of run \w+\n$/);
  const { answer } = steps()['ask']!;
  assert.match(answer?.by ?? '', /^\S+@\S+$/);
  assert.equal(answer?.message, 'looks good');
});

test('a question is answered though its engine was dead for the whole wait, and the run goes on when it is taken up', () => {
  const { stdout } = sandbox.run(`${ASKED}
    kill -9 $engine; wait $engine 2>/dev/null
    workflow status --json | grep '"status"'
    workflow approve @ --field note=fine 2>&1; echo "approve $?"
    test ! -e out && echo "nothing has started"
    workflow resume @ >/dev/null 2>&1; echo "resume $?"; cat out`);
  assert.match(
    stdout,
    /"status": "waiting",\napproved `ask` of run \w+\nnobody drives the run; go on with it: workflow resume \w+\napprove 0\nnothing has started\nresume 0\nfine\n$/,
  );
});

test('an answer that was made and not taken in yet is not lost with the engine: the next one counts it, once', () => {
  const { stdout } = sandbox.run(`${ASKED}
    kill -STOP $engine
    workflow approve @ --no-wait; echo "approve $?"
    kill -9 $engine; wait $engine 2>/dev/null
    workflow resume @ >/dev/null 2>&1; echo "resume $?"; cat out
    workflow run --json ask.toml --no-wait --param out=x >events.txt 2>/dev/null; echo "another $?"`);
  assert.match(stdout, /^asked for: approved `ask` of run \w+\napprove 0\nresume 0\nnone\nanother 4\n$/);
});

test('whoever answers and dies before it is recorded has answered all the same', () => {
  const { stdout } = sandbox.run(`
    workflow run ask.toml --no-wait --param out="$PWD/out" >/dev/null 2>&1; echo "run $?"
    workflow approve @ --no-wait >/dev/null; echo "approve $?"
    workflow status @ --json | grep -c '"needs-answer"'
    workflow resume @ >/dev/null 2>&1; echo "resume $?"; cat out`);
  assert.equal(stdout, 'run 4\napprove 0\n1\nresume 0\nnone\n');
});

test('of two answers at once one counts, and the other is told so', () => {
  const { stdout } = sandbox.run(`${ASKED}
    workflow approve @ >one.txt 2>&1 & one=$!
    workflow reject @ --message no >two.txt 2>&1 & two=$!
    wait $one; first=$?; wait $two; second=$?; wait $engine
    echo "$first $second" | tr ' ' '\\n' | sort | tr '\\n' ' '`);
  assert.equal(stdout, '0 2 ');
  assert.match(sandbox.run('cat one.txt two.txt').stdout, /error\[(step-not-waiting|nothing-waits|run-finished)\]/);
});

test('a run that waits for people keeps its place: another engine is refused, and then not', () => {
  const { stdout } = sandbox.run(`${ASKED}
    workflow resume @ 2>&1 | grep -o 'run-in-progress'
    workflow approve @ >/dev/null; wait $engine; echo $?`);
  assert.equal(stdout, 'run-in-progress\n0\n');
});

test('what does not fit is refused with its reason, and the question stays', () => {
  sandbox.write(
    'form.toml',
    `id = "form"\n[steps.work]\nrun = "true"\n[steps.form]\nneeds = ["work"]\nuses = "human/form"\ninputs.message = "How many?"\ninputs.fields.count = { type = "integer", required = true, min = 1 }\n[steps.late]\nneeds = ["form"]\nuses = "human/approve"\ninputs.message = "Sure?"\n`,
  );
  const lines = [
    'workflow answer @ --field count=ten',
    'workflow answer @ --field count=0',
    'workflow answer @',
    'workflow answer @ --field cuont=1',
    'workflow answer @ work --field count=1',
    'workflow approve @ late',
    'workflow approve @ nosuch',
    'workflow approve zzz',
  ];
  const script = lines.map((line) => `${line} 2>&1 | grep -o 'error.*'`).join('\n');
  const { stdout } = sandbox.run(`workflow run form.toml --no-wait >/dev/null 2>&1; echo $?\n${script}`);
  assert.deepEqual(stdout.replaceAll(/\b0\w{15}\b/g, 'RUN').split('\n'), [
    '4',
    'error[answer-invalid]: the field `count` must be a whole number, not "ten"',
    'error[answer-invalid]: the field `count` must be at least 1',
    'error[answer-invalid]: the field `count` has no value',
    'error[answer-invalid]: there is no field `cuont`',
    'error[step-not-waiting]: step `work` does not wait for an answer: it is not one that asks',
    'error[step-not-waiting]: step `late` does not wait for an answer: the run has not come to it yet',
    'error[step-unknown]: run RUN has no step `nosuch`',
    'error[run-not-found]: no run `zzz`',
    '',
  ]);
  assert.equal(steps()['form']?.status, 'needs-answer');
  const done = sandbox.run(`echo '{ "count": 3 }' >answer.json
    workflow answer @ form --fields-file answer.json --json | grep -E '"(approved|recorded|driven)"'
    workflow answer @ form --field count=1 2>&1 | grep -o 'error.*'`);
  assert.match(
    done.stdout,
    /"approved": true,\n {2}"recorded": true,\n {2}"driven": false\nerror\[nothing-waits|error\[step-not-waiting/,
  );
});

test('where several steps wait, the one that is meant has to be named; who is not asked cannot answer', () => {
  sandbox.write(
    'two.toml',
    `id = "two"\n[steps.a]\nuses = "human/approve"\ninputs = { message = "A?", by = ["nobody-else"] }\n[steps.b]\nuses = "human/approve"\ninputs = { message = "B?", not_starter = true }\n`,
  );
  const { stdout } = sandbox.run(`workflow run two.toml --no-wait >/dev/null 2>&1
    for step in '' a b; do workflow approve @ $step 2>&1 | grep -o 'error.[a-z-]*'; done
    workflow waiting --json | grep -c '"step"'`);
  assert.equal(stdout, 'error[step-ambiguous\nerror[answer-not-allowed\nerror[answer-not-allowed\n2\n');
});

test('a rejection is a failure that other steps can react to, with what was said', () => {
  sandbox.write(
    'react.toml',
    `id = "react"\n[steps.ask]\nuses = "human/approve"\ninputs.message = "Ship?"\n[steps.undo]\nneeds = ["ask"]\nwhen = "failure()"\nrun = 'echo "\${{ steps.ask.outputs.message }}"'\n`,
  );
  const { stdout } = sandbox.run(`workflow run react.toml --no-wait >/dev/null 2>&1
    workflow reject @ --message "not today" >/dev/null
    workflow resume @ >/dev/null 2>&1; echo $?; workflow logs @ undo`);
  assert.equal(stdout, '1\nnot today\n');
});

test('work is pushed back with what was said, until it is approved: a loop', () => {
  sandbox.write('push-back.toml', PUSH_BACK);
  const answer = (line: string): string =>
    `workflow ${line} >/dev/null 2>&1; workflow resume @ --no-wait >/dev/null 2>&1; echo $?`;
  const { stdout } = sandbox.run(`workflow run push-back.toml --no-wait >/dev/null 2>&1; echo $?
    ${answer('reject @ --message "shorter, please"')}
    ${answer('reject @ --message "spelling"')}
    ${answer('approve @')}
    workflow logs @ 'turns[2].draft'; workflow logs @ 'turns[3].draft'; workflow logs @ publish`);
  assert.equal(stdout, '4\n4\n4\n0\nagain: shorter, please\nagain: spelling\npublished\n');
});

const PUSH_BACK = `
id = "push-back"

[steps.turns]
repeat = { until = "steps.review.outputs.approved == 'true'", max = 5 }

[steps.turns.steps.draft]
run = 'if test -e feedback.txt; then echo "again: $(cat feedback.txt)"; else echo first; fi'

[steps.turns.steps.review]
needs = ["draft"]
uses = "human/approve"
inputs.message = "Is the draft good?"
on_failure = "continue"

[steps.turns.steps.feedback]
needs = ["review"]
when = "steps.review.outputs.approved == 'false'"
run = 'printf %s "\${{ steps.review.outputs.message }}" > feedback.txt'

[steps.publish]
needs = ["turns"]
run = "echo published"
`;

test('a cancel from another terminal ends a run and lets it clear up', () => {
  sandbox.write(
    'long.toml',
    `id = "long"\n[steps.work]\nrun = "echo $$ > '${sandbox.folder}/pid'; exec sleep 1000"\n[steps.clear]\nneeds = ["work"]\nwhen = "always()"\nrun = "echo cleared > '${sandbox.folder}/cleared'"\n`,
  );
  const { stdout } = sandbox.run(`workflow run long.toml >run.txt 2>&1 & engine=$!
    until test -s pid; do :; done
    workflow cancel @ --reason "wrong branch" 2>/dev/null | sed 's/0[0-9a-z]*/RUN/'
    wait $engine; echo "run $?"; cat cleared; ${GONE}
    grep -o 'cancel requested by .*' run.txt
    workflow cancel @ 2>&1 | grep -o 'error.[a-z-]*'`);
  assert.match(
    stdout,
    /^run RUN is being cancelled\nrun 130\ncleared\ngone\ncancel requested by \S+@\S+: wrong branch\nerror\[run-finished\n$/,
  );
});

test('a cancel for now reaches what ignores polite requests and has left its group, at once', () => {
  sandbox.write(
    'deaf.toml',
    `id = "deaf"\n[steps.work]\nrun = """\ntrap '' TERM\nsetsid sh -c 'trap "" TERM; echo $$ > ${sandbox.folder}/pid; while :; do sleep 0.05; done' &\nwait\nwhile :; do sleep 0.05; done\n"""\n[steps.clear]\nneeds = ["work"]\nwhen = "always()"\nrun = "touch '${sandbox.folder}/cleared'"\n`,
  );
  const { stdout } = sandbox.run(`workflow run deaf.toml >run.txt 2>&1 & engine=$!
    until test -s pid; do :; done
    workflow cancel @ --now >/dev/null 2>&1; echo "cancel $?"
    wait $engine; echo "run $?"; ${GONE}; test -e cleared || echo "not cleared up"`);
  assert.equal(stdout, 'cancel 0\nrun 130\ngone\nnot cleared up\n');
});

test('a run whose engine is dead is cancelled by whoever asks: what still runs is ended, and it clears up', () => {
  sandbox.write(
    'left.toml',
    `id = "left"\n[steps.work]\nrun = "echo $$ > '${sandbox.folder}/pid'; exec sleep 1000"\n[steps.clear]\nneeds = ["work"]\nwhen = "always()"\nrun = "echo cleared >> '${sandbox.folder}/cleared'"\n[steps.more]\nneeds = ["work"]\nrun = "touch '${sandbox.folder}/more'"\n`,
  );
  const { stdout } = sandbox.run(`workflow run left.toml >run.txt 2>&1 & engine=$!
    until test -s pid; do :; done
    kill -9 $engine; wait $engine 2>/dev/null
    kill -0 $(cat pid) && echo "runs on"
    workflow cancel @ >/dev/null 2>&1; echo "cancel $?"
    ${GONE}; cat cleared; test -e more || echo "nothing more"
    workflow status @ --json | grep -m1 '"status"'`);
  assert.equal(stdout, 'runs on\ncancel 0\ngone\ncleared\nnothing more\n    "status": "cancelled",\n');
});

test('a run that waits and has no engine is cancelled too, without a workspace being made for it', () => {
  const { stdout } = sandbox.run(`workflow run ask.toml --no-wait --param out=x >/dev/null 2>&1
    workflow cancel @ --json | grep '"status"'
    workflow status @ --json | grep -m1 '"status"'; workflow waiting`);
  assert.equal(stdout, '  "status": "cancelled"\n    "status": "cancelled",\n');
});

test('watching a run that waits and has no engine ends as waiting', () => {
  const { stdout } = sandbox.run(`workflow run ask.toml --no-wait --param out=x >/dev/null 2>&1
    workflow watch @ 2>/dev/null | tail -2; workflow watch @ >/dev/null 2>&1; echo $?`);
  assert.match(stdout, /\? waiting for an answer .*\n {2}answer it as shown above, then go on with: workflow resume \w+\n4\n$/);
});
