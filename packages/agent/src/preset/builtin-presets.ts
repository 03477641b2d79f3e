// The presets that ship with the engine, as they stand in their files. They have the same keys as those of users and are read
// by the same reader.
// Not here: reading them (the engine).

import acp from '../../presets/acp.json' with { type: 'json' };
import claude from '../../presets/claude.json' with { type: 'json' };
import codex from '../../presets/codex.json' with { type: 'json' };
import gemini from '../../presets/gemini.json' with { type: 'json' };
import opencode from '../../presets/opencode.json' with { type: 'json' };

/** By name: what each file says. */
export const builtinPresets: { readonly [name: string]: { readonly [key: string]: unknown } } = {
  acp,
  claude,
  codex,
  gemini,
  opencode,
};
