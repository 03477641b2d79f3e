import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const agents = join(import.meta.dirname, '../../../packages/agent/test/support');
const command = (name: 'cli-agent.ts' | 'acp-agent.ts'): string =>
  JSON.stringify([process.execPath, '--disable-warning=ExperimentalWarning', join(agents, name)]);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
});
afterEach(() => sandbox.remove());

/** A workflow that works in the folder itself. */
function write(steps: string): void {
  sandbox.write('workflow.toml', `id = "ask"\nworkspace.provider = "none"\n${steps}`);
}

const schema = `{ type = "object", required = ["verdict"], properties = { verdict = { enum = ["good", "bad"] }, places = { type = "array" } } }`;

function statusOf(run = '@') {
  const { stdout, stderr } = sandbox.run(`workflow status ${run} --json`);
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as {
    run: { id: string; status: string; usage: { [name: string]: unknown } | null };
    steps: {
      id: string;
      status: string;
      attempt: number;
      session: string | null;
      usage: object | null;
      failure: { kind: string; message?: string; hint?: string } | null;
      outputs: { [name: string]: string };
    }[];
  };
}

/** Resolves when a file of the folder is there and has the content that is waited for. */
async function untilThere(
  folder: string,
  name: string,
  isRight: (text: string) => boolean = (text) => text !== '',
): Promise<void> {
  const path = join(sandbox.folder, folder, name);
  await new Promise<void>((resolve) => {
    const watcher = watch(join(path, '..'), look);
    function look(): void {
      if (!existsSync(path) || !isRight(readFileSync(path, 'utf8'))) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

/** Resolves with the first group of a pattern once the stream has said something that matches. */
function untilSaid(stream: Readable, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}

describe('agent/run', () => {
  it('counts what runs used that a step has started: once, however often the step is taken up', () => {
    sandbox.write(
      'inner.toml',
      `id = "inner"
[steps.ask]
uses = "agent/run"
inputs.agent = "acp"
inputs.command = ${command('acp-agent.ts')}
inputs.prompt = "say well"
[steps.gate]
needs = ["ask"]
run = "test -e ok"
`,
    );
    write('[steps.inner]\nuses = "./inner.toml"\n');
    const used = (): unknown[] => [statusOf().run.usage?.['inputTokens'], statusOf().steps[0]?.usage];
    const usage = (times: number) => {
      return { model: null, inputTokens: 100 * times, cachedTokens: 10 * times, outputTokens: 5 * times, costUsd: 0.25 * times };
    };
    assert.equal(sandbox.run('workflow run').status, 1);
    assert.deepEqual(used(), [100, usage(1)]);
    sandbox.write('ok', '');
    assert.equal(sandbox.run('workflow resume @').status, 0);
    assert.deepEqual(used(), [100, usage(1)]);
    assert.equal(sandbox.run('workflow retry @ --step inner').status, 0);
    assert.deepEqual(used(), [200, usage(2)]);
  });

  it('gives the answer, its fields and what it cost to the steps that follow', () => {
    sandbox.write('prompts/review.md', "say ${{ params.answer }}\n\n${{ file('rules/style.md') }}${{ file('rules/gone.md') }}\n");
    sandbox.write('rules/style.md', 'Be brief.\n');
    write(`
[parameters.answer]
default = '{"verdict": "good", "places": [1]}'
[steps.review]
uses = "agent/run"
inputs.agent = "acp"
inputs.command = ${command('acp-agent.ts')}
stdin = { template = "prompts/review.md" }
inputs.output_schema = ${schema}
[steps.merge]
needs = ["review"]
when = "steps.review.outputs.verdict == 'good'"
run = "echo merged \${{ steps.review.outputs.verdict }} \${{ steps.review.outputs.places }} \${{ steps.review.outputs.cost_usd }}"
`);
    const { status, stdout, stderr } = sandbox.run('workflow run');
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /agents used 100 tokens in \(10 cached\), 5 out, US\$0\.25/);
    assert.match(sandbox.run('workflow logs @ review').stdout, /file\('rules\/gone\.md'\) is empty: there is no such text file/);
    assert.match(sandbox.run('workflow logs @ merge').stdout, /merged good \[1\] 0\.25/);
    const { run, steps } = statusOf();
    const usage = { model: null, inputTokens: 100, cachedTokens: 10, outputTokens: 5, costUsd: 0.25 };
    assert.deepEqual(run.usage, usage);
    assert.deepEqual([steps[0]?.usage, steps[0]?.session, steps[1]?.usage], [usage, 'thread-1', null]);
    assert.deepEqual(steps[0]?.outputs, {
      text: '{"verdict": "good", "places": [1]}',
      json: '{"verdict":"good","places":[1]}',
      verdict: 'good',
      places: '[1]',
      session_id: 'thread-1',
      turns: '1',
      input_tokens: '100',
      cached_tokens: '10',
      output_tokens: '5',
      cost_usd: '0.25',
    });
  });

  it('goes on with the conversation of another step', () => {
    write(`
[steps.plan]
uses = "agent/run"
inputs = { agent = "codex", command = ${command('cli-agent.ts')}, prompt = "say a plan", model = "big", permissions = "allow" }
[steps.code]
needs = ["plan"]
uses = "agent/run"
inputs = { agent = "codex", command = ${command('cli-agent.ts')}, prompt = "go", session = "\${{ steps.plan.outputs.session_id }}", args = ["--color", "never"] }
`);
    const { status, stdout, stderr } = sandbox.run('workflow run');
    assert.equal(status, 0, stdout + stderr);
    assert.equal(readFileSync(join(sandbox.folder, 'deeds'), 'utf8'), 'first\nagain\n');
    const logs = sandbox.run('workflow logs @').stdout;
    assert.match(logs, /arguments: exec --json --skip-git-repo-check --sandbox workspace-write --model big -\n/);
    assert.match(logs, /arguments: exec .* --sandbox read-only --color never resume thread-1 -\n/);
    // The agent tells totals of the session, 100 and then 150: what the first step used counts once.
    assert.equal(statusOf().run.usage?.['inputTokens'], 150);
  });

  it('takes up the conversation of the attempt before, unless every attempt is to begin anew', () => {
    const steps = (session: string): string => `
[steps.fix]
uses = "agent/run"
retry = { max = 1, initial = "0s" }
inputs = { agent = "codex", command = ${command('cli-agent.ts')}, prompt = "die once" ${session} }
`;
    write(steps(''));
    const retried = sandbox.run('workflow run');
    assert.equal(retried.status, 0, retried.stdout + retried.stderr);
    assert.equal(readFileSync(join(sandbox.folder, 'deeds'), 'utf8'), 'half\nagain\n');
    assert.match(sandbox.run('workflow logs @ fix').stdout, /going on with the session thread-1/);
    write(steps(', session = "new"'));
    assert.equal(sandbox.run('workflow run').status, 1);
    assert.equal(readFileSync(join(sandbox.folder, 'deeds'), 'utf8'), 'half\nagain\nhalf\nhalf\n');
  });

  it('has failed for its output when the answer never holds', () => {
    sandbox.write('wrong-answers', '9');
    write(`
[steps.review]
uses = "agent/run"
inputs = { agent = "acp", command = ${command('acp-agent.ts')}, prompt = "say no", output_schema = ${schema}, reasks = 1 }
`);
    const { status, stdout } = sandbox.run('workflow run');
    assert.equal(status, 1);
    assert.match(stdout, /its 2 answers do not hold against `output_schema`/);
    const [review] = statusOf().steps;
    assert.equal(review?.failure?.kind, 'output');
    // What it used up is on record all the same, and so is what it said.
    assert.notEqual(review.usage, null);
    assert.match(sandbox.run('workflow logs @').stdout, /still not JSON/);
  });

  it('outlives its engine, which the next one finds out', async () => {
    write(`
[steps.work]
uses = "agent/run"
inputs = { agent = "acp", command = ${command('acp-agent.ts')}, prompt = "hang" }
`);
    const engine = spawn('workflow', ['run'], { cwd: sandbox.folder, env: sandbox.env, stdio: 'ignore' });
    await untilThere('.', 'hanging');
    process.kill(engine.pid!, 'SIGKILL');
    await new Promise((resolve) => engine.once('exit', resolve));
    const pid = Number(readFileSync(join(sandbox.folder, 'hanging'), 'utf8'));
    assert.equal(process.kill(pid, 0), true);
    const next = spawn('workflow', ['resume', '@', '--json'], { cwd: sandbox.folder, env: sandbox.env });
    let told = '';
    // The session stands in the attempt's file, so that it is known whoever looks.
    await new Promise<void>((resolve) => {
      next.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes('step.session-opened') || told.includes('run.resumed')) resolve();
      });
    });
    next.kill('SIGINT');
    await new Promise((resolve) => next.once('exit', resolve));
    const { run, steps } = statusOf();
    assert.deepEqual([run.status, steps[0]?.status, steps[0]?.attempt], ['cancelled', 'cancelled', 1]);
    assert.equal(steps[0]?.session, 'thread-1');
    // It was asked by the protocol before any signal.
    assert.equal(readFileSync(join(sandbox.folder, 'deeds'), 'utf8'), 'cancelled politely\n');
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('goes on with its conversation when everything of it was killed, engine, agent and all', async () => {
    write(`
[steps.work]
uses = "agent/run"
inputs = { agent = "codex", command = ${command('cli-agent.ts')}, prompt = "hang once" }
`);
    const engine = spawn('workflow', ['run'], { cwd: sandbox.folder, env: sandbox.env, stdio: 'ignore' });
    await untilThere('.', 'hanging');
    process.kill(engine.pid!, 'SIGKILL');
    await new Promise((resolve) => engine.once('exit', resolve));
    // The agent, our process that talks to it, and the shell that watches over that.
    let pid = readFileSync(join(sandbox.folder, 'hanging'), 'utf8');
    const family: string[] = [];
    for (let member = 0; member < 3; member++) {
      family.push(pid);
      pid = sandbox.run(`ps -o ppid= -p ${pid}`).stdout.trim();
    }
    for (const one of family.toReversed()) process.kill(Number(one), 'SIGKILL');
    const { status, stdout, stderr } = sandbox.run('workflow resume @');
    assert.equal(status, 0, stdout + stderr);
    assert.match(stderr + stdout, /lost|started \(attempt 2\)/);
    const { steps } = statusOf();
    assert.deepEqual([steps[0]?.status, steps[0]?.attempt, steps[0]?.session], ['succeeded', 2, 'thread-1']);
    assert.equal(readFileSync(join(sandbox.folder, 'deeds'), 'utf8'), 'again\n');
  });

  for (const [verb, chosen] of [
    ['approve', 'yes'],
    ['reject', 'no'],
  ] as const) {
    it(`that may do nothing unasked waits for a person, however long: ${verb}`, async () => {
      write(`
[steps.work]
uses = "agent/run"
inputs = { agent = "acp", command = ${command('acp-agent.ts')}, prompt = "ask for permission", permissions = "ask" }
`);
      const at = { cwd: sandbox.folder, env: sandbox.env };
      const engine = spawn('workflow', ['run', '--json'], at);
      const ended = new Promise((resolve) => engine.once('close', resolve));
      const runId = await untilSaid(engine.stdout, /"runId":"(\w+)".*"step\.attempt-started"/);
      const follower = spawn('workflow', ['logs', runId, '--follow'], at);
      const followed = new Promise((resolve) => follower.once('close', resolve));
      const asked = await untilSaid(follower.stdout, /workflow approve (\w+),/);
      assert.match(sandbox.run('workflow waiting').stdout, /The agent acp asks for permission: Write a\.txt/);
      // Signs of life, which no `idle_timeout` takes for silence: the session is said again and again.
      await untilThere('../state/workflow/runs', `${runId}/1.stdout`, (text) => text.split('"session"').length > 3);
      const answered = sandbox.run(`workflow ${verb} ${asked} ${verb === 'reject' ? '--message no' : ''}`);
      assert.equal(answered.status, 0, answered.stderr);
      assert.equal(await ended, 0);
      await followed;
      assert.equal(statusOf(runId).steps[0]?.outputs['text'], chosen);
      assert.equal(statusOf(asked).run.status, verb === 'approve' ? 'succeeded' : 'failed');
    });
  }

  it('that asks the same again is answered again: what was allowed once is not allowed for good', async () => {
    write(`
[steps.work]
uses = "agent/run"
inputs = { agent = "acp", command = ${command('acp-agent.ts')}, prompt = "ask for permission twice", permissions = "ask" }
`);
    const engine = spawn('workflow', ['run'], { cwd: sandbox.folder, env: sandbox.env, stdio: 'ignore' });
    const ended = new Promise((resolve) => engine.once('close', resolve));
    const asked = (): string => {
      sandbox.run(`until workflow waiting --json | grep -q '"step"'; do sleep 0.05; done`);
      return (JSON.parse(sandbox.run('workflow waiting --json').stdout) as { run: string }[])[0]!.run;
    };
    assert.equal(sandbox.run(`workflow approve ${asked()}`).status, 0);
    assert.equal(sandbox.run(`workflow reject ${asked()} --message no`).status, 0);
    assert.equal(await ended, 0);
    assert.equal(statusOf().steps[0]?.outputs['text'], 'yes no');
  });

  it('that is silent for too long is ended', () => {
    write(`
[steps.work]
uses = "agent/run"
idle_timeout = "1s"
inputs = { agent = "codex", command = ${command('cli-agent.ts')}, prompt = "hang" }
`);
    assert.equal(sandbox.run('workflow run').status, 1);
    const [work] = statusOf().steps;
    assert.deepEqual([work?.failure?.kind, work?.session], ['idle-timeout', 'thread-1']);
  });
});

describe('what is wrong with an agent step is told', () => {
  it('before anything runs: an agent that is not there, an output that the schema has not, a prompt that is not there', () => {
    write(`
[steps.review]
uses = "agent/run"
stdin = { template = "prompts/gone.md" }
inputs = { agent = "cluade", permissions = "aks", output_schema = ${schema} }
[steps.show]
needs = ["review"]
run = "echo \${{ steps.review.outputs.verdit }}"
`);
    const { status, stdout } = sandbox.run('workflow validate --json');
    assert.equal(status, 2);
    const found = (JSON.parse(stdout) as { code: string; message: string; help: string }[]).map(({ code, message, help }) => [
      code,
      message,
      help,
    ]);
    assert.deepEqual(found, [
      [
        'file-missing',
        'there is no text file `prompts/gone.md` beside the workflow',
        'the path is relative to the folder of the workflow file',
      ],
      [
        'input-type',
        'the input `agent` of `agent/run` must be "acp", "claude", "codex", "gemini" or "opencode", not "cluade"',
        'did you mean "claude"?',
      ],
      ['input-type', 'the input `permissions` of `agent/run` must be "allow", "ask" or "deny", not "aks"', 'did you mean "ask"?'],
      ['output-unknown', 'the step `review` declares no output `verdit`', 'did you mean `verdict`?'],
    ]);
  });

  it('in a run: a program that is not installed, with how to get it', () => {
    write(`
[steps.review]
uses = "agent/run"
inputs = { agent = "opencode", prompt = "review", command = ["no-such-opencode"] }
`);
    const { status, stdout } = sandbox.run('workflow run');
    assert.equal(status, 1);
    assert.match(stdout, /`no-such-opencode` is not installed or not on the PATH; install it: npm install --global opencode-ai/);
  });
});
