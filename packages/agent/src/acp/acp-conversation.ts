// A conversation over the Agent Client Protocol: one process for all its turns.
//
//   start ─initialize─► ready ─session/new, or session/load of a given one─► session ─session/prompt─► turn over ─► …
//   An abort sends `session/cancel` and gives the agent a moment; then its group is told to end.
//
// Agents work with the files and programs of the folder themselves; they are offered none of ours.
// Not here: the process (process/agent-process.ts), what updates mean (acp-turn.ts).

import { client, methods, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';
import type {
  ClientConnection,
  InitializeResponse,
  NewSessionRequest,
  RequestPermissionRequest,
  RequestPermissionResponse,
  SessionConfigOption,
} from '@agentclientprotocol/sdk';
import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import type { AgentEars, AgentTask } from '../agent-task.ts';
import { SessionGone } from '../conversation.ts';
import type { Conversation, Turn } from '../conversation.ts';
import { programOf } from '../events/command-of.ts';
import { explainFailure } from '../explain-failure.ts';
import { startAgent } from '../process/agent-process.ts';
import type { AgentProcess } from '../process/agent-process.ts';
import { Pulse } from '../pulse.ts';
import { addUsage, subtractUsage } from '../usage.ts';
import { answerPermission, dropped, questionOf, titleOf } from './acp-permission.ts';
import { acpStream } from './acp-stream.ts';
import { UpdateReader } from './acp-turn.ts';
import { totalsOfAnswer, usageOfAnswer } from './acp-usage.ts';

/** Starts the agent and opens the session, or goes on with the given one. */
export async function acpConversation(task: AgentTask, ears: AgentEars): Promise<Conversation> {
  const { preset, args, cwd } = task;
  // Who is asked may not do it unasked.
  const way = preset.permissions[task.permissions === 'allow' ? 'allow' : 'deny'];
  const { program, args: argv } = programOf(task, [...preset.args, ...way.args, ...args]);
  const env = { ...preset.env, ...way.env };
  const agent = startAgent({ preset, program, args: argv, cwd, env });
  const conversation = new AcpConversation(task, ears, agent, program);
  try {
    await conversation.open();
    return conversation;
  } catch (error) {
    await conversation.close();
    throw error;
  }
}

/** Whoever does not answer for so long at the very beginning does not speak the protocol. */
const INITIALIZE_MS_MAX = 120_000;
/** How long an agent may take to end its turn after `session/cancel`. */
const CANCEL_MS_MAX = 2000;
/** How long an agent may take to end once it is not needed any more. */
const CLOSE_MS_MAX = 2000;

class AcpConversation implements Conversation {
  readonly #task: AgentTask;
  readonly #ears: AgentEars;
  readonly #pulse: Pulse;
  readonly #agent: AgentProcess;
  readonly #program: string;
  readonly #connection: ClientConnection;
  readonly #updates: UpdateReader;
  #flood: unknown = null;
  #session: string | null = null;
  /** An agent that loads a session tells it all again. */
  #isLoading = false;
  #usedInSession: AgentUsage;
  /** The answer as it came: the library leaves out what its version does not know. */
  #lastResult: Json = null;

  constructor(task: AgentTask, ears: AgentEars, agent: AgentProcess, program: string) {
    this.#task = task;
    this.#ears = ears;
    this.#agent = agent;
    this.#program = program;
    this.#usedInSession = task.session?.usedBefore ?? {};
    this.#pulse = new Pulse((message) => ears.log(message));
    this.#updates = new UpdateReader(this.#pulse.log);
    const stream = acpStream(agent, program, {
      onMessage: (message) => this.#listen(message as unknown as { readonly [key: string]: Json }),
      onStray: this.#pulse.log,
      onFlood: (error) => {
        this.#flood = error;
        agent.terminate();
      },
    });
    this.#connection = client({ name: 'workflow' })
      .onRequest(methods.client.session.requestPermission, ({ params, signal }) => this.#permit(params, signal))
      // Heard already, in order and whatever the library makes of them.
      .onNotification('*', () => {})
      .connect(stream);
  }

  canGoOn(): boolean {
    return true;
  }

  async open(): Promise<void> {
    const { agent } = this.#connection;
    const initialized = await this.#settled(
      within(
        INITIALIZE_MS_MAX,
        agent.request(methods.agent.initialize, {
          protocolVersion: PROTOCOL_VERSION,
          clientInfo: { name: 'workflow', version: '1' },
          clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        }),
        () => new ActionError(`\`${this.#program}\` does not answer \`initialize\`; does it speak the Agent Client Protocol?`),
      ),
    );
    if (initialized.protocolVersion !== PROTOCOL_VERSION)
      throw new ActionError(
        `\`${this.#program}\` speaks version ${initialized.protocolVersion} of the Agent Client Protocol, not ${PROTOCOL_VERSION}`,
      );
    const options = await this.#openSession(initialized);
    const { model } = this.#task;
    if (model !== null) await this.#chooseModel(model, options);
  }

  async ask(prompt: string): Promise<Turn> {
    const session = this.#session ?? '';
    const { agent } = this.#connection;
    const { signal } = this.#task;
    this.#updates.begin();
    let giveUp: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      void agent.notify(methods.agent.session.cancel, { sessionId: session }).catch(() => {});
      giveUp = setTimeout(() => this.#agent.terminate(), CANCEL_MS_MAX);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    let usage: AgentUsage = {};
    try {
      if (signal.aborted) onAbort();
      const asked = agent.request(methods.agent.session.prompt, { sessionId: session, prompt: [{ type: 'text', text: prompt }] });
      const { stopReason } = await this.#settled(asked);
      usage = this.#usageOf(this.#lastResult);
      if (signal.aborted) throw new ActionError(`the agent \`${this.#task.preset.name}\` was told to end`);
      if (stopReason !== 'end_turn') throw new ActionError(stopText(this.#task.preset.name, stopReason));
      return { text: this.#updates.text, session, usage };
    } finally {
      clearTimeout(giveUp);
      signal.removeEventListener('abort', onAbort);
      this.#updates.flush();
      this.#ears.usage(usage);
    }
  }

  async close(): Promise<void> {
    this.#connection.close();
    this.#agent.stdin.end();
    const ended = this.#agent.ended.catch(() => {});
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await isOver(ended, CLOSE_MS_MAX)) return;
      this.#agent.terminate(signal);
    }
    await ended;
  }

  async #openSession({ agentCapabilities }: InitializeResponse): Promise<readonly SessionConfigOption[]> {
    const { agent } = this.#connection;
    const { cwd, session, preset } = this.#task;
    const request: NewSessionRequest = { cwd, mcpServers: [] };
    if (session === null) {
      const { sessionId, configOptions } = await this.#settled(agent.request(methods.agent.session.new, request));
      this.#tellSession(sessionId);
      return configOptions ?? [];
    }
    const canLoad = agentCapabilities?.loadSession === true;
    if (!canLoad && !agentCapabilities?.sessionCapabilities?.resume)
      throw new SessionGone(`the agent \`${preset.name}\` cannot go on with an earlier session`);
    this.#isLoading = true;
    try {
      const method = canLoad ? methods.agent.session.load : methods.agent.session.resume;
      const opened = await this.#settled(agent.request(method, { ...request, sessionId: session.id }), (error) =>
        error.code === AUTH_REQUIRED
          ? null
          : new SessionGone(`the agent \`${preset.name}\` cannot go on with the session ${session.id}: ${textOf(error)}`),
      );
      this.#tellSession(session.id);
      return opened.configOptions ?? [];
    } finally {
      this.#isLoading = false;
    }
  }

  async #permit(request: RequestPermissionRequest, signal: AbortSignal): Promise<RequestPermissionResponse> {
    const { permissions, preset } = this.#task;
    const title = titleOf(request);
    let isAllowed = permissions === 'allow';
    if (permissions === 'ask') {
      try {
        isAllowed = await this.#ears.askPerson(questionOf(preset.name, request), AbortSignal.any([signal, this.#task.signal]));
      } catch (error) {
        this.#pulse.log(`permission not decided: ${title}: ${(error as Error).message}`);
        return dropped;
      }
    }
    this.#pulse.log(`permission ${isAllowed ? 'granted' : 'refused'}: ${title}`);
    return answerPermission(isAllowed, request);
  }

  async #chooseModel(model: string, options: readonly SessionConfigOption[]): Promise<void> {
    const { agent } = this.#connection;
    const sessionId = this.#session ?? '';
    const option = options.find(({ id, category }) => category === 'model' || id === 'model');
    const asked =
      option === undefined
        ? // What agents offered before there were options.
          agent.request('session/set_model', { sessionId, modelId: model })
        : agent.request(methods.agent.session.setConfigOption, { sessionId, configId: option.id, value: model });
    await this.#settled(asked, (error) => new ActionError(`the agent does not take the model \`${model}\`: ${textOf(error)}`));
  }

  #tellSession(id: string): void {
    this.#session = id;
    this.#ears.openSession(id);
  }

  #listen(message: { readonly [key: string]: Json }): void {
    this.#pulse.beat();
    if (message['method'] === 'session/update') {
      const params = message['params'] as { readonly update?: Json } | undefined;
      if (!this.#isLoading && params?.update !== undefined) this.#updates.take(params.update);
    } else if (message['result'] !== undefined) this.#lastResult = message['result'];
  }

  #usageOf(result: Json): AgentUsage {
    const totals = { ...totalsOfAnswer(result), ...this.#updates.cost };
    const usage = { ...usageOfAnswer(result), ...subtractUsage(totals, this.#usedInSession) };
    this.#usedInSession = addUsage(this.#usedInSession, usage);
    return usage;
  }

  /** Waits for an answer; puts what went wrong into words. `explain` may know more of an error that the agent answers with. */
  async #settled<T>(asked: Promise<T>, explain: (error: RequestError) => Error | null = () => null): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof ActionError) throw error;
      if (error instanceof RequestError) throw explain(error) ?? this.#refused(error);
      // The connection is closed: the process tells why, if it does so soon.
      this.#agent.stdin.end();
      if (!(await isOver(this.#agent.ended, CLOSE_MS_MAX))) this.#agent.terminate();
      const { how } = await this.#agent.ended;
      if (this.#flood !== null) throw this.#flood;
      const { preset, signal } = this.#task;
      if (signal.aborted) throw new ActionError(`the agent \`${preset.name}\` was told to end`);
      const why = this.#agent.remark().split('\n').at(-1) ?? '';
      const message = `the agent \`${preset.name}\` ended with ${how} before its turn was over${why === '' ? '' : `: ${why}`}`;
      throw explainFailure(this.#task, message, this.#agent.remark());
    }
  }

  #refused(error: RequestError): ActionError {
    const { name } = this.#task.preset;
    if (error.code === AUTH_REQUIRED)
      return new ActionError(`the agent \`${name}\` wants somebody to log in: start \`${this.#program}\` by hand once`);
    const said = textOf(error);
    return explainFailure(this.#task, `the agent \`${name}\` answered with an error: ${said}`, said);
  }
}

const AUTH_REQUIRED = -32_000;

/** The message says the kind of error, what is beside it the reason. */
function textOf({ message, data }: RequestError): string {
  if (data === undefined || data === null) return message;
  const { details } = data as { readonly details?: unknown };
  const more = typeof details === 'string' ? details.replace(/\s+/g, ' ').trim() : JSON.stringify(data);
  return `${message} (${more.slice(0, 500)})`;
}

function stopText(name: string, reason: string): string {
  switch (reason) {
    case 'max_tokens':
      return `the agent \`${name}\` ran out of tokens before its turn was over`;
    case 'max_turn_requests':
      return `the agent \`${name}\` made as many requests to its model as it may in one turn`;
    case 'refusal':
      return `the agent \`${name}\` refuses to go on`;
    default:
      return `the agent \`${name}\` stopped before its turn was over (${reason})`;
  }
}

async function within<T>(limitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(late()), limitMs)));
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function isOver(ended: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), limitMs)));
  const isOverInTime = await Promise.race([
    ended.then(
      () => true,
      () => true,
    ),
    limit,
  ]);
  clearTimeout(timer);
  return isOverInTime;
}
