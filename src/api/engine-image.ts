/** An image of the cluster: one row for all engines that have it. */
export interface EngineImageRow {
  readonly id: string;
  readonly tags: readonly string[];
  /** Bytes, including layers shared with other images. */
  readonly size: number;
  /** RFC 3339. */
  readonly created_at: string;
  /** Ids of the engines that have it. */
  readonly engines: readonly string[];
}

/** Selects engines: those with these ids, or those with all of these labels. Absent: all engines. */
export interface EngineChoiceBody {
  readonly engines?: readonly string[];
  readonly labels?: readonly string[];
}

export interface TagImageBody extends EngineChoiceBody {
  readonly name: string;
  readonly tag: string;
}

export interface RemoveImageBody extends EngineChoiceBody {
  readonly name: string;
  readonly force?: boolean;
}

/** What was removed, by engine. */
export type RemovedImages = Readonly<
  Record<string, { readonly untagged: readonly string[]; readonly deleted: readonly string[] }>
>;

export interface PruneImagesBody extends EngineChoiceBody {
  readonly dry_run?: boolean;
  /** Only images without a name. */
  readonly dangling?: boolean;
}

interface ImageOnEngine {
  readonly engine: string;
  readonly id: string;
  readonly tags: readonly string[];
  readonly size: number;
}

export interface PrunedImages {
  readonly dry_run: boolean;
  /** The removed images; in a dry run, those that would be removed. */
  readonly removed: readonly ImageOnEngine[];
  /** Images that are kept, with the name or container that uses each. */
  readonly kept: readonly (ImageOnEngine & { readonly reason: string })[];
  /** Bytes; shared layers free less. */
  readonly size: number;
}

export interface ImageStepRow {
  readonly id: string | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly size: number;
  readonly comment: string;
  readonly tags: readonly string[];
}

export const pullImagePolicies = ['always', 'missing'] as const;

export interface PullImageBody extends EngineChoiceBody {
  readonly name: string;
  /** `missing`: skip engines that have the image. Default: `always`. */
  readonly policy?: (typeof pullImagePolicies)[number];
}

/** The result on one engine. */
export type ImageOutcome =
  | { readonly ok: true; readonly status: 'pulled' | 'current' | 'present' }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** A line of the answer to a pull: progress, the result on one engine, or the final summary. */
export type PullLine =
  | {
      readonly engine: string;
      /** Absent: about the whole image. */
      readonly layer?: string;
      readonly status: string;
      readonly current?: number;
      readonly total?: number;
    }
  | ({ readonly engine: string } & ImageOutcome)
  | PullEnd;

export interface PullEnd {
  readonly ok: boolean;
  readonly engines: Readonly<Record<string, ImageOutcome>>;
}

/** The result of a load on one engine. */
export type LoadOutcome =
  | { readonly ok: true; readonly status: 'loaded' | 'present'; readonly sent_bytes: number }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly sent_bytes: number };

/** A line of the answer to a load: progress, the result on one engine, or the final summary. */
export type LoadLine =
  | { readonly engine: string; readonly status: 'waiting' | 'sending'; readonly sent_bytes: number }
  | ({ readonly engine: string } & LoadOutcome)
  | LoadEnd;

export interface LoadEnd {
  readonly ok: boolean;
  readonly sent_bytes: number;
  readonly engines: Readonly<Record<string, LoadOutcome>>;
}

/** The engines on which the image now has the name. */
export interface TaggedImages {
  readonly engines: readonly string[];
}
