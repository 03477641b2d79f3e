// What a provider of workspaces must be able to do. Providers keep nothing: the manager owns records, locks and names.

import type { Run } from '../run-process.ts';
import type { Source } from '../find-source.ts';
import type { KeptWork, Work } from '../work/work.ts';
import type { EndedStep } from '../workspace-port.ts';

/** Everything a provider needs to fill a folder. */
export interface BuildContext {
  readonly source: Source;
  /** Name of the workspace. */
  readonly id: string;
  /** The empty folder to fill: the final one, or a temporary one that is renamed when it is whole. */
  readonly site: string;
  readonly base: string | null;
  /** Work of the same run to begin with; null begins from `base`. */
  readonly kept: KeptWork | null;
  /** File beside the workspaces for what the provider has to know later and nothing else keeps. */
  readonly notesFile: string;
  /** Runs a program that writes into the site. */
  readonly run: Run;
}

/** What was built. */
export interface BuildResult {
  /** Commit it was made from, where there is one; with kept work in it, what that was made from. */
  readonly base: string | null;
  /** The kept work is in it. False when it is there no more, which is among the warnings. */
  readonly isRestored: boolean;
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
  /** As in BuildContext. */
  readonly notesFile: string;
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
  /** Told that something was done to make a new workspace ready, which is nobody's work in it; what it began with stays work. */
  settle(workspace: MadeWorkspace, kept: KeptWork | null): Promise<void>;
  /** Says whether a finished workspace is still what it was made as; null, or what is wrong with it. */
  problemOf(source: Source, workspace: MadeWorkspace): Promise<string | null>;
  /** Brings a workspace that is taken again in step with its repository, losing nothing of it; returns what the user should know. */
  refresh(workspace: MadeWorkspace): Promise<readonly string[]>;
  /** Makes what a step did there tellable by itself, where the version control can; returns what the user should know. */
  snapshot(workspace: MadeWorkspace, step: EndedStep): Promise<readonly string[]>;
  /** Returns what the workspace holds beyond its base, recorded where the provider can; null when that is nothing. */
  work(workspace: MadeWorkspace): Promise<Work | null>;
  /** Counts the files that differ from the base, quickly and without writing anything; null where it cannot be told. */
  countChanged(workspace: MadeWorkspace): Promise<number | null>;
  /** Keeps the work beyond the workspace's end; before a finished workspace is removed. Null when there is none. */
  save(workspace: MadeWorkspace): Promise<KeptWork | null>;
  /** Takes what `save` promised out of what was the workspace, which lies at `trash` now. May be called again. */
  collect(kept: KeptWork, trash: string): void;
  /** Returns work that was kept; null when it is gone. */
  keptWork(kept: KeptWork, from: string): Work | null;
  /** Forgets in the repository that there is a workspace at `folder`, whether or not the folder still exists. */
  deregister(from: string, folder: string): Promise<void>;
}

/** Thrown when something else worked on the repository at the same moment, and trying again helps. */
export class BuildRaceError extends Error {}

/** Returns the sentence about kept work that a workspace was to begin with and that is there no more. */
export function keptIsGone({ name }: KeptWork): string {
  return `what this run had left was kept as ${name} and is there no more: its workspace begins without it`;
}
