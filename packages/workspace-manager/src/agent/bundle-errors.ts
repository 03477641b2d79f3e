// What people hear when a tools bundle cannot be read.

import { UserError } from '@workflow-platform/events';

/** Returns the error for something in a bundle that cannot be read; nothing was changed because of it. */
export function bundleUnreadable(place: string, reason: unknown): UserError {
  const why = reason instanceof Error ? reason.message : String(reason);
  return new UserError('tools-unreadable', `cannot read the tools at ${place}: ${why}`, {
    hint: 'make it readable or remove it, or name another folder with AGENT_TOOLS_SOURCE',
    cause: reason,
  });
}
