import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadPresets } from '@workflow-platform/executor';
import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentUsage } from '@workflow-platform/plugin-sdk';
import { askAgent } from '../src/index.ts';
import type { AgentAnswer, AgentTask } from '../src/index.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-')));
  folders.push(folder);
  return folder;
}

const presets = loadPresets([]);
const schema = {
  type: 'object',
  properties: { verdict: { enum: ['good', 'bad'] }, places: { type: 'array' } },
  required: ['verdict'],
};

interface Asked {
  readonly answer: AgentAnswer | null;
  readonly error: ActionError | null;
  readonly log: readonly string[];
  readonly sessions: readonly string[];
  readonly usage: readonly AgentUsage[];
  readonly folder: string;
  deeds(): string;
}

async function ask(
  transport: 'codex' | 'acp',
  tweaks: Partial<AgentTask> & { readonly flags?: readonly string[]; readonly person?: boolean },
): Promise<Asked> {
  const found = presets.find(transport);
  assert.ok(found?.ok);
  const folder = tweaks.cwd ?? makeFolder();
  const program = join(import.meta.dirname, 'support', transport === 'codex' ? 'cli-agent.ts' : 'acp-agent.ts');
  const log: string[] = [];
  const sessions: string[] = [];
  const usage: AgentUsage[] = [];
  const task: AgentTask = {
    preset: found.preset,
    command: [process.execPath, '--disable-warning=ExperimentalWarning', program, ...(tweaks.flags ?? [])],
    prompt: 'say hello',
    model: null,
    args: [],
    permissions: 'deny',
    outputSchema: null,
    reasksMax: 2,
    session: null,
    signal: new AbortController().signal,
    ...tweaks,
    cwd: folder,
  };
  const ears = {
    log: (line: string) => void log.push(line),
    openSession: (id: string) => void sessions.push(id),
    usage: (used: AgentUsage) => void usage.push(used),
    askPerson: async (question: string): Promise<boolean> => {
      log.push(question);
      if (tweaks.person === undefined) throw new ActionError('nobody is here');
      return tweaks.person;
    },
  };
  const rest = {
    log,
    sessions,
    usage,
    folder,
    deeds: () => (existsSync(join(folder, 'deeds')) ? readFileSync(join(folder, 'deeds'), 'utf8') : ''),
  };
  try {
    return { answer: await askAgent(task, ears), error: null, ...rest };
  } catch (error) {
    assert.ok(error instanceof ActionError, String((error as Error).stack));
    return { answer: null, error, ...rest };
  }
}

/** Resolves when a file is there and has content. */
async function untilThere(path: string): Promise<void> {
  const isThere = (): boolean => existsSync(path) && readFileSync(path, 'utf8') !== '';
  if (isThere()) return;
  await new Promise<void>((resolve) => {
    const watcher = watch(join(path, '..'), () => {
      if (!isThere()) return;
      watcher.close();
      resolve();
    });
    if (isThere()) {
      watcher.close();
      resolve();
    }
  });
}

for (const transport of ['codex', 'acp'] as const) {
  describe(transport === 'codex' ? 'an agent with JSON events' : 'an agent that speaks ACP', () => {
    it('answers with its last message, its session and what it used', async () => {
      const { answer, sessions, log } = await ask(transport, { prompt: 'say hello' });
      assert.equal(answer?.text, 'hello');
      assert.equal(answer.session, 'thread-1');
      assert.deepEqual(sessions, ['thread-1']);
      assert.equal(answer.turns, 1);
      assert.deepEqual(
        answer.usage,
        transport === 'codex'
          ? { input_tokens: 100, cached_tokens: 10, output_tokens: 5 }
          : { input_tokens: 100, cached_tokens: 10, output_tokens: 5, cost_usd: 0.25 },
      );
      assert.ok(log.includes('hello'), log.join('\n'));
    });

    it('is asked again in the same session until its answer holds', async () => {
      const folder = makeFolder();
      writeFileSync(join(folder, 'wrong-answers'), '1');
      const { answer, sessions, usage, log } = await ask(transport, {
        prompt: 'say nothing of use',
        outputSchema: schema,
        cwd: folder,
      });
      assert.deepEqual(answer?.json, { verdict: 'good', places: [{ line: 3 }] });
      assert.equal(answer.turns, 3);
      assert.deepEqual(new Set(sessions), new Set(['thread-1']));
      assert.equal(usage.length, 3);
      // Totals of a session count once.
      assert.equal(answer.usage.input_tokens, transport === 'codex' ? 150 : 300);
      assert.ok(log.includes('the answer does not hold against the schema: there is no JSON value in it'), log.join('\n'));
    });

    it('has failed when its answer never holds, and is asked no more than that', async () => {
      const folder = makeFolder();
      writeFileSync(join(folder, 'wrong-answers'), '9');
      const { error } = await ask(transport, {
        prompt: 'say {"verdict": "maybe"}',
        outputSchema: schema,
        reasksMax: 1,
        cwd: folder,
      });
      assert.equal(error?.kind, 'output');
      assert.match(error.message, /its 2 answers do not hold against `output_schema`: there is no JSON value in it; .*log/);
      assert.equal(readFileSync(join(folder, 'wrong-answers'), 'utf8'), '8');
    });

    it('is told which value is wrong and what it may be', async () => {
      const { error } = await ask(transport, { prompt: 'say {"verdict": "maybe"}', outputSchema: schema, reasksMax: 0 });
      assert.match(
        error?.message ?? '',
        /its answer does not hold .*\/verdict must be equal to one of the allowed values: \["good","bad"\]/,
      );
    });

    it('is not asked at all with a schema that is none', async () => {
      const { error, deeds } = await ask(transport, { outputSchema: { type: 'objekt' } });
      assert.match(error?.message ?? '', /`output_schema` is no JSON Schema that can be used/);
      assert.equal(deeds(), '');
    });

    it('goes on with a given session', async () => {
      const session = { id: 'thread-7', isOwn: false, usedBefore: {} };
      const { answer, sessions } = await ask(transport, { prompt: 'tell', session });
      assert.equal(answer?.text, 'done in thread-7');
      assert.deepEqual(sessions, ['thread-7']);
    });

    it('begins anew where the session of an earlier attempt is gone, and fails where another one was named', async () => {
      const session = { id: 'forgotten', isOwn: true, usedBefore: {} };
      const own = await ask(transport, { prompt: 'tell', session });
      assert.equal(own.answer?.text, 'done in thread-1');
      assert.match(own.log.join('\n'), /session forgotten.*a new session begins/);
      const named = await ask(transport, { prompt: 'tell', session: { ...session, isOwn: false } });
      assert.match(named.error?.message ?? '', /the session forgotten/);
    });

    it('that dies in the middle of a turn is told with its last words', async () => {
      const { error, sessions } = await ask(transport, { prompt: 'die' });
      assert.match(
        error?.message ?? '',
        /the agent `(codex|acp)` ended with exit status 3 before its turn was over: segmentation fault, more or less/,
      );
      // What was known by then is not lost.
      assert.deepEqual(sessions, ['thread-1']);
    });

    it('that is killed is told by the signal', async () => {
      assert.match(
        (await ask(transport, { prompt: 'kill' })).error?.message ?? '',
        /ended with SIGKILL before its turn was over/,
      );
    });

    it('that leaves without a word has not answered, whatever its status', async () => {
      assert.match(
        (await ask(transport, { prompt: 'leave early' })).error?.message ?? '',
        /ended with exit status 0 before its turn was over/,
      );
    });

    it('that floods is ended: one endless line, or more and more text that is no JSON', async () => {
      assert.match(
        (await ask(transport, { prompt: 'flood a line' })).error?.message ?? '',
        /floods its stdout: it wrote a line of more than 16777216 bytes/,
      );
      assert.match(
        (await ask(transport, { prompt: 'flood lines' })).error?.message ?? '',
        /floods its stdout: it wrote more than 1048576 bytes that are not JSON/,
      );
    });

    it('may print remarks among its messages: they are for the log', async () => {
      const { answer, log } = await ask(transport, { prompt: 'babble\nsay well' });
      assert.equal(answer?.text, 'well');
      for (const remark of ['Loading…', '{"type": ', '[1,2']) assert.ok(log.includes(remark), log.join('\n'));
    });

    it('is told to end when nobody wants it any more', async () => {
      const controller = new AbortController();
      const folder = makeFolder();
      const asked = ask(transport, { prompt: 'hang', signal: controller.signal, cwd: folder });
      await untilThere(join(folder, 'hanging'));
      controller.abort();
      const { error, deeds } = await asked;
      assert.match(error?.message ?? '', /was told to end/);
      assert.equal(deeds(), transport === 'acp' ? 'cancelled politely\n' : '');
      assert.throws(() => process.kill(Number(readFileSync(join(folder, 'hanging'), 'utf8')), 0), { code: 'ESRCH' });
    });

    it('that is not installed is told with how to get it', async () => {
      const { error } = await ask(transport, { command: ['no-such-agent'] });
      assert.match(
        error?.message ?? '',
        /the agent `(codex|acp)` is not there: `no-such-agent` is not installed or not on the PATH/,
      );
      if (transport === 'codex') assert.match(error?.message ?? '', /install it: npm install --global @openai\/codex/);
    });
  });
}

describe('an agent with JSON events', () => {
  it('cannot ask a person, and is not started where it would have to', async () => {
    const { error, deeds } = await ask('codex', { permissions: 'ask' });
    assert.match(error?.message ?? '', /the agent `codex` is a command line, which cannot ask/);
    assert.equal(deeds(), '');
  });

  it('may leave something running that holds its stdout', async () => {
    const { answer, folder } = await ask('codex', { prompt: 'sleep in the background\nsay done' });
    process.kill(Number(readFileSync(join(folder, 'sleeper'), 'utf8')), 'SIGKILL');
    assert.equal(answer?.text, 'done');
  });
});

describe('an agent that speaks ACP', () => {
  for (const [permissions, chosen] of [
    ['allow', 'yes'],
    ['deny', 'no'],
  ] as const) {
    it(`is answered by the policy when it asks for a permission: ${permissions}`, async () => {
      const { answer, log } = await ask('acp', { prompt: 'ask for permission', permissions });
      assert.equal(answer?.text, chosen);
      assert.match(log.join('\n'), new RegExp(`permission ${permissions === 'allow' ? 'granted' : 'refused'}: Write a.txt`));
    });
  }

  for (const [person, chosen] of [
    [true, 'yes'],
    [false, 'no'],
    [undefined, 'cancelled'],
  ] as const) {
    it(`waits for a person where the step says so: ${String(person)}`, async () => {
      const { answer, log } = await ask('acp', {
        prompt: 'ask for permission',
        permissions: 'ask',
        ...(person === undefined ? {} : { person }),
      });
      assert.equal(answer?.text, chosen);
      assert.match(log.join('\n'), /The agent acp asks for permission: Write a\.txt\n\n\{\n {2}"path": "a\.txt"\n\}/);
    });
  }

  it('is given the model that the step names, and refuses one that it has not', async () => {
    assert.equal((await ask('acp', { model: 'large' })).answer?.text, 'hello');
    assert.match((await ask('acp', { model: 'huge' })).error?.message ?? '', /the agent does not take the model `huge`/);
  });

  it('that refuses, fails or wants a login is told so', async () => {
    assert.match((await ask('acp', { prompt: 'refuse' })).error?.message ?? '', /the agent `acp` refuses to go on/);
    assert.match((await ask('acp', { prompt: 'fail' })).error?.message ?? '', /answered with an error: .*the model is away/);
    assert.match((await ask('acp', { flags: ['login'] })).error?.message ?? '', /wants somebody to log in/);
  });

  it('that cannot load sessions begins anew for another attempt', async () => {
    const session = { id: 'thread-7', isOwn: true, usedBefore: {} };
    const { answer, log } = await ask('acp', { prompt: 'tell', session, flags: ['no-load'] });
    assert.equal(answer?.text, 'done in thread-1');
    assert.match(log.join('\n'), /cannot go on with an earlier session; a new session begins/);
  });

  it('needs a program', async () => {
    assert.match((await ask('acp', { command: null })).error?.message ?? '', /the agent `acp` needs the input `command`/);
  });
});
