// Rewrites the scripts of one workflow, each only once: the validator asks for what is wrong, the planner for the result.
// Not here: how a script is rewritten so that no value can become a command (rewrite-script.ts).

import { type JudgedScripts, rewriteScript, type RewrittenScript } from './rewrite-script.ts';

/** What a script without `shell` is run by. */
export const DEFAULT_SHELL = 'sh';

export class ScriptRewriter {
  readonly #rewritten = new Map<string, RewrittenScript>();
  readonly #judged: JudgedScripts = new Map();

  /** Rewrites a script, or remembers. */
  rewrite(script: string, shell: string | null): RewrittenScript {
    if (!script.includes('${{')) return { script, env: [], problems: [] };
    const key = `${shell ?? DEFAULT_SHELL}\n${script}`;
    let rewritten = this.#rewritten.get(key);
    if (rewritten === undefined) {
      rewritten = rewriteScript({
        script,
        shell: shell ?? DEFAULT_SHELL,
        variable: (n) => `WORKFLOW_VALUE_${n}`,
        judged: this.#judged,
      });
      this.#rewritten.set(key, rewritten);
    }
    return rewritten;
  }
}
