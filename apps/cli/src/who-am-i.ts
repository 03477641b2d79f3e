// Who is at the keyboard: for the history, which tells who started, answered and cancelled what.

import { hostname, userInfo } from 'node:os';
import type { CliContext } from './context.ts';

/** Who asks for a run. */
export function whoAmI(context: CliContext): { readonly user: string; readonly host: string; readonly cwd: string } {
  return { user: userName(context), host: hostname(), cwd: context.cwd };
}

/** Who asks something of a run: `name@host`. */
export function whoAsks(context: CliContext): string {
  return `${userName(context)}@${hostname()}`;
}

/** Login name; a user id that has no name is shown as it is. */
export function userName(context: CliContext): string {
  try {
    return userInfo().username;
  } catch {
    return context.env['USER'] ?? String(process.getuid?.() ?? 'somebody');
  }
}
