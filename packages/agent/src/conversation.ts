// A conversation with an agent, whatever it speaks.
// Not here: the two ways of having one (events/event-conversation.ts, acp/acp-conversation.ts).

import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentUsage } from '@workflow-platform/plugin-sdk';

export interface Conversation {
  /** Asks, and waits for the end of the turn. Throws an ActionError when there is no answer. */
  ask(prompt: string): Promise<Turn>;
  /** Says whether it could be asked again. */
  canGoOn(): boolean;
  /** Ends what it started. */
  close(): Promise<void>;
}

/** What a turn left. */
export interface Turn {
  /** The last message. */
  readonly text: string;
  readonly session: string | null;
  readonly usage: AgentUsage;
}

/** Thrown when the agent has been turned away because its quota is used up. */
export class QuotaUsedUp extends ActionError {
  /** When there is more, in the agent's words; null where it does not say. */
  readonly resetText: string | null;

  constructor(message: string, resetText: string | null) {
    super(message);
    this.resetText = resetText;
  }
}

/** Thrown when the agent does not know the session that is to be gone on with. */
export class SessionGone extends ActionError {}
