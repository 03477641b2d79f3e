// What is asked of an agent and what comes back.
// Not here: how it is asked (run-agent.ts).

import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import type { AgentPreset } from './preset/preset.ts';

/** A session that an earlier attempt or step opened. */
export interface GivenSession {
  readonly id: string;
  /** An earlier attempt of the same step opened it: where it is gone, a new one does as well. */
  readonly isOwn: boolean;
  /** What is on record as used up in it, for agents that tell totals of their sessions. */
  readonly usedBefore: AgentUsage;
}

export interface AgentTask {
  readonly preset: AgentPreset;
  /** In the place of the preset's program: a program with first arguments. */
  readonly command: readonly string[] | null;
  readonly prompt: string;
  readonly model: string | null;
  /** Options of the author's own. */
  readonly args: readonly string[];
  /** `ask`: a person decides about each; only where the agent can ask in the middle of its work. */
  readonly permissions: 'allow' | 'deny' | 'ask';
  /** JSON Schema that the answer has to hold against. */
  readonly outputSchema: Json | null;
  /** How often it is asked again when the answer does not. */
  readonly reasksMax: number;
  /** To be gone on with; null for a new one. */
  readonly session: GivenSession | null;
  /** Absolute path of the folder it works in. */
  readonly cwd: string;
  /** Aborts when it has to end. */
  readonly signal: AbortSignal;
}

/** Who is told while it works. */
export interface AgentEars {
  log(message: string): void;
  /** As soon as it is known. */
  openSession(id: string): void;
  /** After each turn. */
  usage(used: AgentUsage): void;
  /** Asks a person, and resolves with what they said. Rejects when nobody can be asked, or when it is called off. */
  askPerson(question: string, signal: AbortSignal): Promise<boolean>;
}

export interface AgentAnswer {
  /** Its last message. */
  readonly text: string;
  /** The value that holds against the schema; undefined where none was asked for. */
  readonly json: Json | undefined;
  readonly session: string | null;
  /** All turns together. */
  readonly usage: AgentUsage;
  /** How often it was asked. */
  readonly turns: number;
}
