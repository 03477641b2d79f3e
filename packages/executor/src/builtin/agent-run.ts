// `agent/run`: asks a coding agent and gives its answer as outputs.
// Not here: how agents are talked to (packages/agent), what is known of each (preset/), how a session gets from one attempt to
// the next (the scheduler).

import { askAgent, QuotaUsedUp } from '@workflow-platform/agent';
import type { AgentAnswer, AgentEars, AgentPreset, AgentTask, GivenSession } from '@workflow-platform/agent';
import { suggest } from '@workflow-platform/core';
import type { ActionSignature } from '@workflow-platform/core';
import { ActionError, QuotaError, OUTPUT_BYTES_MAX, OUTPUT_NAME } from '@workflow-platform/plugin-sdk';
import type { ActionContext, ActionInputs, AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import { parseResetTime } from '../attempt/reset-time.ts';
import type { ActionEngine, BuiltinAction } from './builtin-action.ts';
import { input, output, textInput } from './builtin-action.ts';

const outputs = [
  output('text', 'The last message of the agent'),
  output('json', 'The answer that holds against `output_schema`, as JSON; its properties are outputs of their own', false),
  output('session_id', 'By which name the conversation can be gone on with', false),
  output('turns', 'How often the agent was asked: once, and once more for each answer that did not hold'),
  output('input_tokens', 'Tokens that the model read, where the agent tells', false),
  output('cached_tokens', 'Those of them that came from a cache', false),
  output('output_tokens', 'Tokens that the model wrote', false),
  output('cost_usd', 'US dollars', false),
];

/** The action `agent/run`. */
export const agentRun: BuiltinAction = {
  signature: {
    reference: 'agent/run',
    kind: 'builtin',
    description: 'Asks a coding agent. Its answer can be checked against a JSON Schema.',
    version: null,
    inputs: [
      input('agent', 'Name of a preset: `claude`, `codex`, `gemini`, `opencode`, `acp`, or one of your own', { required: true }),
      input('prompt', 'What is asked. In its place, `stdin` can be given: text, or a template that lies beside the workflow', {
        required: true,
      }),
      input('model', 'Model to use; by default the agent chooses'),
      input(
        'permissions',
        '`allow`: it uses its tools without asking. `deny`: what needs a permission is refused. `ask`: a person decides',
        {
          type: 'enum',
          values: ['allow', 'ask', 'deny'],
          default: 'deny',
        },
      ),
      input('output_schema', 'JSON Schema that the answer must hold against: a table, or JSON text', { type: 'json' }),
      input('reasks', 'How often it is asked again, in the same session, when the answer does not hold', {
        type: 'integer',
        default: 2,
      }),
      input(
        'session',
        '`retry`: another attempt goes on with the session of the one before. `new`: every attempt begins anew. Any other text: the `session_id` of a step before',
        { default: 'retry' },
      ),
      input('command', 'Program with first arguments, in the place of the one that the preset names', { type: 'list' }),
      input('args', 'Further arguments of the agent', { type: 'list' }),
    ],
    openInputs: false,
    outputs,
    outputSchema: 'output_schema',
    stdinInput: 'prompt',
  },
  async run(inputs, context, engine) {
    const preset = await findPreset(inputs, context, engine);
    const reasksMax = Number(inputs['reasks'] ?? 2);
    if (reasksMax < 0 || reasksMax > REASKS_MAX) throw new ActionError(`\`reasks\` must be 0 to ${REASKS_MAX}`);
    if (textInput(inputs, 'prompt').trim() === '') throw new ActionError('`prompt` is empty');
    const answer = await askWithinQuota(
      {
        preset,
        command: listInput(inputs, 'command'),
        prompt: textInput(inputs, 'prompt'),
        model: textInput(inputs, 'model') || null,
        args: listInput(inputs, 'args') ?? [],
        permissions: permissionsInput(inputs['permissions']),
        outputSchema: schemaInput(inputs['output_schema']),
        reasksMax,
        session: await givenSession(textInput(inputs, 'session'), context, engine),
        cwd: context.workspace,
        signal: context.signal,
      },
      earsOf(context, engine),
    );
    tellAnswer(answer, context);
  },
};

function earsOf(context: ActionContext, engine: ActionEngine): AgentEars {
  let session: string | null = null;
  return {
    log: (message) => context.log(message),
    openSession: (id) => context.openSession((session = id)),
    usage: (used) => context.usage(used),
    async askPerson(question, signal) {
      // Whoever waits for a person is not silent: said again, a session is a sign of life that nobody has to read.
      const alive = setInterval(() => session !== null && context.openSession(session), ALIVE_MS);
      try {
        return await engine.askPerson({
          question,
          parent: { runId: context.run.id, step: context.step },
          workspacePath: context.workspace,
          signal,
          onStarted: (runId) =>
            context.log(`a person is asked: workflow approve ${runId}, or workflow reject ${runId} --message …`),
        });
      } finally {
        clearInterval(alive);
      }
    },
  };
}

const ALIVE_MS = 1000;

/** What the agent says of its quota has the step wait, where it says what the quota is of. */
async function askWithinQuota(task: AgentTask, ears: AgentEars): Promise<AgentAnswer> {
  try {
    return await askAgent(task, ears);
  } catch (error) {
    if (!(error instanceof QuotaUsedUp)) throw error;
    const resetAtMs = error.resetText === null ? null : parseResetTime(error.resetText, Date.now());
    throw new QuotaError(error.message, resetAtMs === null ? null : new Date(resetAtMs));
  }
}

/** Returns the signature with the agents that there are here, so that a name that means none is a mistake of the file. */
export function withAgents(signatures: readonly ActionSignature[], names: readonly string[]): readonly ActionSignature[] {
  const isOurs = (one: ActionSignature): boolean => one.reference === agentRun.signature.reference;
  return signatures.map((one) =>
    isOurs(one) ? { ...one, inputs: one.inputs.map((each) => (each.name === 'agent' ? { ...each, values: names } : each)) } : one,
  );
}

/** Whoever does not get it right by then will not. */
const REASKS_MAX = 10;

async function findPreset(inputs: ActionInputs, context: ActionContext, engine: ActionEngine): Promise<AgentPreset> {
  const name = textInput(inputs, 'agent');
  const presets = await engine.agentPresets(context.run.id);
  const found = presets.find(name);
  if (found === null) {
    const meant = suggest(name, presets.names);
    const help = meant === null ? `there are ${presets.names.join(', ')}` : `did you mean \`${meant}\`?`;
    throw new ActionError(`there is no agent \`${name}\`; ${help}`);
  }
  if (!found.ok) {
    const { file, line, message } = found.problem;
    throw new ActionError(
      `the preset of the agent \`${name}\` has a mistake: ${file}${line === null ? '' : `:${line}`}: ${message}`,
    );
  }
  context.log(`agent ${name}${found.file === null ? '' : ` (${found.file})`}`);
  return found.preset;
}

async function givenSession(wanted: string, context: ActionContext, engine: ActionEngine): Promise<GivenSession | null> {
  if (wanted === 'new') return null;
  // Whatever it was to begin with: what an attempt before has opened is further on.
  const own = context.session;
  const id = own ?? (wanted === 'retry' ? null : wanted);
  if (id === null || id === '') return null;
  context.log(`going on with the session ${id}`);
  return { id, isOwn: own !== null, usedBefore: await engine.usageOfSession(context.run.id, id) };
}

function tellAnswer({ text, json, session, usage, turns }: AgentAnswer, { output: tell, log }: ActionContext): void {
  tell('text', cut(text, log));
  tell('turns', turns);
  if (session !== null) tell('session_id', session);
  for (const name of ['input_tokens', 'cached_tokens', 'output_tokens', 'cost_usd'] as const satisfies (keyof AgentUsage)[]) {
    const value = usage[name];
    if (value !== undefined) tell(name, value);
  }
  if (json === undefined) return;
  tell('json', JSON.stringify(json));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return;
  for (const [name, value] of Object.entries(json as { readonly [name: string]: Json })) {
    // The action's own outputs mean what they mean; such a property is found in `json`.
    if (OUTPUT_NAME.test(name) && outputs.every((own) => own.name !== name)) tell(name, value);
  }
}

/** A long story must not fail a step that has done its work; all of it is in the log. */
function cut(text: string, log: ActionContext['log']): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= OUTPUT_BYTES_MAX) return text;
  log(`the last message has ${bytes.length} bytes; the output \`text\` holds the first ${OUTPUT_BYTES_MAX}`, 'warning');
  return new TextDecoder().decode(bytes.subarray(0, OUTPUT_BYTES_MAX - 3), { stream: true });
}

function permissionsInput(value: Json | undefined): AgentTask['permissions'] {
  return value === 'allow' || value === 'ask' ? value : 'deny';
}

function listInput(inputs: ActionInputs, name: string): readonly string[] | null {
  const value = inputs[name];
  if (!Array.isArray(value) || value.length === 0) return null;
  return (value as readonly Json[]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}

function schemaInput(value: Json | undefined): Json | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch (error) {
    throw new ActionError(`\`output_schema\` is no JSON: ${(error as Error).message}`);
  }
}
