// What has to be known of an agent to talk to it. Presets are data: those of known agents are files of this package, users add
// their own.
// Not here: how a file with one is read and checked (the engine), what is done with it (events/, acp/).

export interface AgentPreset {
  readonly name: string;
  readonly description: string;
  /** Empty when the step has to name it. */
  readonly program: string;
  /** How to get it, for whoever has it not: a command or a sentence. */
  readonly install: string | null;
  /** `events`: a command line that prints JSON events, started for each turn. `acp`: the Agent Client Protocol over stdio. */
  readonly transport: 'events' | 'acp';
  /** Arguments that begin a session. An element `{options}` stands for those of model, permissions and step. */
  readonly args: readonly string[];
  /** Arguments that go on with one: `{session}` is its id. Null when the agent cannot. */
  readonly resumeArgs: readonly string[] | null;
  /** Where the prompt goes: stdin, or the argument that holds `{prompt}`. */
  readonly prompt: 'stdin' | 'argument';
  /** Options that choose a model: `{model}` is its name. */
  readonly modelArgs: readonly string[];
  readonly permissions: { readonly allow: PermissionWay; readonly deny: PermissionWay };
  readonly env: { readonly [name: string]: string };
  /** RE2: what the agent says when it does not know the session any more. */
  readonly sessionGone: string | null;
  /** RE2: what the agent says when its quota is used up; the group `reset` is when there is more. */
  readonly quota: string | null;
  readonly events: readonly EventRule[];
}

/** How an agent is told what it may do without asking. */
export interface PermissionWay {
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

/** What one kind of event means. Each value but `match` and the flags is a path to what is meant (json-path.ts). */
export interface EventRule {
  /** Values at paths that make it this kind. */
  readonly match: { readonly [path: string]: string | number | boolean };
  readonly session: string | null;
  readonly model: string | null;
  /** A whole message. */
  readonly text: string | null;
  /** The next piece of a message. */
  readonly textPart: string | null;
  /** The message is over: a further piece begins another one. */
  readonly endsText: boolean;
  /** What went wrong; the turn has failed unless it is done after all. */
  readonly error: string | null;
  /** The turn is over, and well. */
  readonly isDone: boolean;
  /** A line for the log, with `{path}` in it. */
  readonly note: string | null;
  /** Paths whose numbers are added up. */
  readonly inputTokens: readonly string[];
  readonly cachedTokens: readonly string[];
  readonly outputTokens: readonly string[];
  readonly costUsd: readonly string[];
  /** Whether these count since the last event of this kind, or since the session began. */
  readonly totals: 'turn' | 'session';
}
