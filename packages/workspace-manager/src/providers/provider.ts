// What a provider of workspaces must be able to do. Providers keep nothing: the manager owns records, locks and names.

import type { Run } from '../run-process.ts';
import type { Source } from '../find-source.ts';

/** Everything a provider needs to fill a folder. */
export interface BuildContext {
  readonly source: Source;
  /** The empty folder to fill: the final one, or a temporary one that is renamed when it is whole. */
  readonly site: string;
  readonly base: string | null;
  /** Runs a program that writes into the site. */
  readonly run: Run;
}

/** What was built. */
export interface BuildResult {
  /** Commit it was made from, where there is one. */
  readonly base: string | null;
  /** What the user should know, a sentence each. */
  readonly warnings: readonly string[];
}

/** One way of making workspaces. */
export interface WorkspaceProvider {
  readonly kind: 'git' | 'copy';
  /** True when the tree cannot be renamed after it was made. */
  readonly buildsInPlace: boolean;
  /** Throws a UserError when a workspace under `root` cannot be made from this source. Cheap: touches nothing. */
  check(source: Source, root: string): void;
  build(context: BuildContext): Promise<BuildResult>;
  /** Says whether a finished workspace is still what it was made as; null, or what is wrong with it. */
  problemOf(source: Source, folder: string): string | null;
  /** Keeps what was recorded in the workspace and would be lost with it; before a finished workspace is removed. */
  preserve(workspace: {
    readonly from: string;
    readonly folder: string;
    readonly id: string;
    readonly base: string | null;
  }): Promise<void>;
  /** Forgets in the repository that there is a workspace at `folder`, whether or not the folder still exists. */
  deregister(from: string, folder: string): void;
}

/** Thrown when something else worked on the repository at the same moment, and trying again helps. */
export class BuildRaceError extends Error {}
