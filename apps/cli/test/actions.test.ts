// Built-in actions and sub-workflows, run by the real program as the processes they are.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

let sandbox: Sandbox;
before(() => {
  sandbox = createSandbox();
});
after(() => sandbox.remove());

test('a workflow as a step is a run of its own that names its parent', () => {
  sandbox.write(
    'inner.toml',
    'id = "inner"\n[parameters.word]\ntype = "string"\nrequired = true\n[steps.say]\nrun = "echo ${{ params.word }} > said"\n',
  );
  sandbox.write(
    'outer.toml',
    `id = "outer"
[steps.call]
uses = "./inner.toml"
inputs.word = "hello there"
[steps.check]
needs = ["call"]
run = "cat said; echo \${{ steps.call.outputs.status }}"
`,
  );
  const result = sandbox.run('workflow run outer.toml');
  assert.equal(result.status, 0, result.stderr + result.stdout);
  assert.equal(sandbox.run('workflow logs @ check').stdout, 'hello there\nsucceeded\n');
  const runs = JSON.parse(sandbox.run('workflow status --json').stdout) as {
    workflow: string;
    parent: { step: string } | null;
  }[];
  assert.deepEqual(
    runs.map(({ workflow, parent }) => [workflow, parent?.step ?? null]),
    [
      ['inner', 'call'],
      ['outer', null],
    ],
  );
});

test('a sub-workflow that fails fails its step, and says where to look', () => {
  sandbox.write('broken.toml', 'id = "broken"\n[steps.no]\nrun = "exit 4"\n');
  sandbox.write('caller.toml', 'id = "caller"\n[steps.call]\nuses = "./broken.toml"\n');
  const result = sandbox.run('workflow run caller.toml');
  assert.equal(result.status, 1);
  assert.match(
    sandbox.run('workflow logs @ call').stdout,
    /the run \w{16} of \.\/broken\.toml failed: no failed; see `workflow status/,
  );
});

test('self-test makes a small run', () => {
  const { stdout, status } = sandbox.run('workflow self-test');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /a small run +took/);
});

test('init writes a workflow that runs at once, and never over a file', () => {
  assert.match(sandbox.run('workflow init first/workflow.toml').stdout, /wrote first\/workflow\.toml/);
  assert.equal(sandbox.run('cd first && workflow run').status, 0);
  const again = sandbox.run('workflow init first/workflow.toml');
  assert.deepEqual([again.status, /file-exists/.test(again.stderr)], [2, true]);
});

test('completion answers with what is here', () => {
  sandbox.write(
    'workflow.toml',
    'id = "here"\n[parameters.depth]\ntype = "string"\ndefault = "x"\n[steps.one]\nrun = "echo ${{ params.depth }}"\n',
  );
  assert.match(sandbox.run("workflow __complete run ''").stdout, /^here$/m);
  assert.equal(sandbox.run("workflow __complete run --param ''").stdout, 'depth=\n');
  assert.equal(sandbox.run('workflow run').status, 0);
  assert.equal(sandbox.run("workflow __complete logs @ ''").stdout, 'one\n');
  assert.match(sandbox.run("workflow __complete status ''").stdout, /^@\tthe latest run\n\w{16}\there succeeded$/m);
});

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`the completion script is valid ${shell}`, (t) => {
    if (sandbox.run(`command -v ${shell}`).status !== 0) return t.skip(`needs ${shell}`);
    const { status, stderr } = sandbox.run(`workflow completion ${shell} > script && ${shell} -n script`);
    assert.equal(status, 0, stderr);
  });
}

test('bash completes a subcommand, a workflow and a parameter', (t) => {
  if (sandbox.run('command -v bash').status !== 0) return t.skip('needs bash');
  const script = `
eval "$(workflow completion bash)"
ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _workflow_complete; echo "\${COMPREPLY[*]}"; }
ask workflow val
ask workflow run he
ask workflow run --param de
`;
  sandbox.write('ask.sh', script);
  assert.equal(sandbox.run('bash ask.sh 2>/dev/null').stdout, 'validate\nhere\ndepth=\n');
});
