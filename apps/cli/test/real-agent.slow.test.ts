// Agent steps with a real agent, Gemini CLI, that talks to a scripted model over real HTTP; scripts/get-agent installs it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startModel, type ModelServer, type Reply } from './model-server.ts';
import { createSandbox, type Sandbox } from './program.ts';

const folder = process.env['WORKFLOW_TEST_AGENT'];
const skip = folder === undefined ? 'needs Gemini CLI from the npm registry (scripts/get-agent)' : false;

describe('a real agent', { skip }, () => {
  let sandbox: Sandbox;
  let model: ModelServer;

  beforeEach(async () => {
    sandbox = createSandbox();
    const settings = { security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false } };
    sandbox.write('../home/.gemini/settings.json', JSON.stringify(settings));
    model = await startModel(answer);
  });
  afterEach(async () => {
    await model.close();
    sandbox.remove();
  });

  /** Writes a file, then is too chatty, and answers properly when it is told what is wrong. */
  function answer(texts: readonly string[]): Reply {
    const last = texts.at(-1) ?? '';
    if (last.includes('does not hold against')) return { text: '```json\n{"verdict": "good"}\n```' };
    if (last.startsWith('[tool]')) return { text: 'I have done it, and it is good.' };
    if (texts.some((text) => text.includes('Write the file')))
      return { tool: 'write_file', args: { file_path: join(sandbox.folder, 'notes.md'), content: 'written by an agent\n' } };
    return { text: 'hello' };
  }

  async function run(steps: string) {
    sandbox.write('workflow.toml', `id = "real"\nworkspace.provider = "none"\n${steps}`);
    const env = {
      ...sandbox.env,
      PATH: [join(folder ?? '', 'node_modules/.bin'), sandbox.env['PATH']].join(delimiter),
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: model.url,
    };
    // The model answers in this process, so it must not wait for the run.
    const child = spawn('workflow', ['run'], { cwd: sandbox.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const shown = sandbox.run('workflow status @ --json');
    const { run: summary, steps: list } = JSON.parse(shown.stdout) as {
      run: { usage: { inputTokens: number } | null };
      steps: { outputs: { [name: string]: string }; session: string | null }[];
    };
    return { status, text: `${text}\n${sandbox.run('workflow logs @').stdout}`, usage: summary.usage, steps: list };
  }

  const step = (permissions: string, more = ''): string => `
[steps.write]
uses = "agent/run"
inputs = { agent = "gemini", prompt = "Write the file notes.md", model = "gemini-2.5-flash", permissions = "${permissions}"${more} }
`;

  it('does its work, and is asked again in its session until the answer holds', async () => {
    const schema =
      ', output_schema = { type = "object", required = ["verdict"], properties = { verdict = { enum = ["good", "bad"] } } }';
    const { status, text, usage, steps } = await run(step('allow', schema));
    assert.equal(status, 0, text);
    assert.equal(readFileSync(join(sandbox.folder, 'notes.md'), 'utf8'), 'written by an agent\n');
    const [write] = steps;
    assert.deepEqual([write?.outputs['verdict'], write?.outputs['turns']], ['good', '2']);
    assert.match(write?.outputs['session_id'] ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(write?.session, write?.outputs['session_id']);
    assert.equal(usage?.inputTokens, 300);
    // The second turn knew of the first.
    assert.ok(
      model.requests.at(-1)?.some((said) => said.includes('Write the file notes.md')),
      text,
    );
    assert.match(text, /tool write_file/);
  });

  it('may change nothing when permissions are denied', async () => {
    const { status, text } = await run(step('deny'));
    assert.equal(status, 0, text);
    assert.equal(existsSync(join(sandbox.folder, 'notes.md')), false);
  });

  it('goes on with the session of another step', async () => {
    const { status, text, steps } = await run(`${step('deny')}
[steps.again]
needs = ["write"]
uses = "agent/run"
inputs = { agent = "gemini", prompt = "And now?", model = "gemini-2.5-flash", session = "\${{ steps.write.outputs.session_id }}" }
`);
    assert.equal(status, 0, text);
    assert.equal(steps[1]?.session, steps[0]?.session);
    const last = model.requests.at(-1) ?? [];
    assert.ok(
      last.some((said) => said.includes('Write the file notes.md')) && last.some((said) => said.includes('And now?')),
      text,
    );
  });

  for (const [permissions, isThere] of [
    ['allow', true],
    ['deny', false],
  ] as const) {
    it(`is asked over the Agent Client Protocol, and its own questions are answered: ${permissions}`, async () => {
      const { status, text, steps, usage } = await run(`
[steps.write]
uses = "agent/run"
inputs = { agent = "acp", command = ["gemini", "--acp", "--skip-trust", "--model", "gemini-2.5-flash"], prompt = "Write the file notes.md", permissions = "${permissions}" }
`);
      assert.equal(status, 0, text);
      assert.equal(existsSync(join(sandbox.folder, 'notes.md')), isThere, text);
      assert.equal(steps[0]?.outputs['text'], 'I have done it, and it is good.');
      assert.match(text, isThere ? /permission granted: / : /permission refused: /);
      assert.equal(usage?.inputTokens, 200);
    });
  }
});
