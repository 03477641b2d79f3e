// What kind of thing the text of a `uses` refers to.
// Not here: whether it is there (validate/uses-are-known.ts).

/** A `uses`, taken apart. */
export type Uses =
  /** `[actions.NAME]` of the same file. */
  | { readonly kind: 'local'; readonly name: string }
  /** `git/diff-summary`, which ships with the engine. */
  | { readonly kind: 'builtin'; readonly reference: string }
  /** `plugin:NAME/ACTION`. */
  | { readonly kind: 'plugin'; readonly reference: string; readonly plugin: string; readonly action: string }
  /** `human/approve`: waits for a person. */
  | { readonly kind: 'wait'; readonly reference: string }
  /** `./other.toml`, or `workflow:ID`, or `workflow:OWNER/ID@RANGE`. */
  | { readonly kind: 'workflow'; readonly reference: string; readonly isRemote: boolean };

/** Reads the text of a `uses`. */
export function readUses(text: string): Uses {
  if (text.startsWith('workflow:'))
    return { kind: 'workflow', reference: text, isRemote: /[/@]/.test(text.slice('workflow:'.length)) };
  if (text.startsWith('plugin:')) {
    const [plugin = '', ...action] = text.slice('plugin:'.length).split('/');
    return { kind: 'plugin', reference: text, plugin, action: action.join('/') };
  }
  if (text.startsWith('./') || text.startsWith('../') || text.endsWith('.toml')) {
    return { kind: 'workflow', reference: text, isRemote: false };
  }
  if (text.startsWith('human/')) return { kind: 'wait', reference: text };
  if (text.includes('/')) return { kind: 'builtin', reference: text };
  return { kind: 'local', name: text };
}
