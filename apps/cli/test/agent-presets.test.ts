// Presets of agents that the user or the project has.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const agents = join(import.meta.dirname, '../../../packages/agent/test/support');

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
});
afterEach(() => sandbox.remove());

/** A workflow that works in the folder itself. */
function write(steps: string): void {
  sandbox.write('workflow.toml', `id = "ask"\nworkspace.provider = "none"\n${steps}`);
}

describe('presets of agents', () => {
  const preset = `program = ${JSON.stringify(process.execPath)}
args = ["--disable-warning=ExperimentalWarning", ${JSON.stringify(join(agents, 'cli-agent.ts'))}, "{options}"]
[[events]]
match = { type = "thread.started" }
session = "thread_id"
[[events]]
match = { "item.type" = "agent_message" }
text = "item.text"
`;
  const useIt = `
[steps.ask]
uses = "agent/run"
inputs = { agent = "scripted", prompt = "say hi" }
`;

  it('of the user are used, and those of the project come first', () => {
    write(useIt);
    sandbox.write('../config/workflow/agents/scripted.toml', preset);
    const ofUser = sandbox.run('workflow run');
    assert.equal(ofUser.status, 0, ofUser.stdout + ofUser.stderr);
    const status = JSON.parse(sandbox.run('workflow status @ --json').stdout) as { steps: { outputs: { text: string } }[] };
    assert.equal(status.steps[0]?.outputs.text, 'hi');
    sandbox.write('.workflow/agents/scripted.toml', `${preset}[permissions.deny]\nargs = ["--of-the-project"]\n`);
    assert.equal(sandbox.run('workflow run').status, 0);
    assert.match(
      sandbox.run('workflow logs @').stdout,
      /agent scripted \(.*\/work\/\.workflow\/agents\/scripted\.toml\)\n.*arguments: --of-the-project/s,
    );
  });

  it('with mistakes are told at their place, and stand for nothing', () => {
    write(useIt.replace('scripted', 'codex'));
    sandbox.write(
      '.workflow/agents/codex.toml',
      `progam = "codex"\nprompt = "argument"\n[[events]]\nmatch = { type = 1.5 }\ntext = "a..b"\n`,
    );
    const { status, stderr } = sandbox.run('workflow validate');
    assert.equal(status, 0, stderr);
    for (const line of [
      /codex\.toml:1:1: agent preset error: `program` is missing/,
      /codex\.toml:1:1: agent preset error: unknown key `progam`\n {2}= help: did you mean `program`\?/,
      /agent preset error: `args` has no `\{prompt\}` in it/,
      /codex\.toml:5:\d+: agent preset error: `events\.0\.text` has the path `a\.\.b`, which is none/,
    ])
      assert.match(stderr, line);
    const run = sandbox.run('workflow run');
    assert.equal(run.status, 1);
    assert.match(run.stdout, /the preset of the agent `codex` has a mistake: .*codex\.toml/);
  });
});
