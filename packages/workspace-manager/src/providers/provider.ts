// What a provider of workspaces must be able to do. Providers keep nothing: the manager owns records, locks and names.

import type { Run } from '../run-process.ts';
import type { Source } from '../find-source.ts';
import type { EndedStep } from '../workspace-port.ts';

/** Everything a provider needs to fill a folder. */
export interface BuildContext {
  readonly source: Source;
  /** Name of the workspace. */
  readonly id: string;
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

/** A workspace that was made before. */
export interface MadeWorkspace {
  readonly id: string;
  readonly folder: string;
  /** Root of the repository or folder it was made from. */
  readonly from: string;
  readonly base: string | null;
}

/** One way of making workspaces. */
export interface WorkspaceProvider {
  readonly kind: 'jj' | 'git' | 'copy';
  /** True when the tree cannot be renamed after it was made. */
  readonly buildsInPlace: boolean;
  /** Throws a UserError when a workspace under `root` cannot be made from this source. Cheap: touches nothing. */
  check(source: Source, root: string): void;
  build(context: BuildContext): Promise<BuildResult>;
  /** Keeps files that were brought along out of what is committed; returns a sentence about each that it cannot. */
  keepOut(request: {
    readonly source: Source;
    readonly site: string;
    readonly paths: readonly string[];
  }): Promise<readonly string[]>;
  /** Says whether a finished workspace is still what it was made as; null, or what is wrong with it. */
  problemOf(source: Source, workspace: MadeWorkspace): Promise<string | null>;
  /** Brings a workspace that is taken again in step with its repository, losing nothing of it; returns what the user should know. */
  refresh(workspace: MadeWorkspace): Promise<readonly string[]>;
  /** Makes what a step did there tellable by itself, where the version control can; returns what the user should know. */
  snapshot(workspace: MadeWorkspace, step: EndedStep): Promise<readonly string[]>;
  /** Keeps what was recorded in the workspace and would be lost with it; before a finished workspace is removed. */
  preserve(workspace: MadeWorkspace): Promise<void>;
  /** Forgets in the repository that there is a workspace at `folder`, whether or not the folder still exists. */
  deregister(from: string, folder: string): Promise<void>;
}

/** Thrown when something else worked on the repository at the same moment, and trying again helps. */
export class BuildRaceError extends Error {}
