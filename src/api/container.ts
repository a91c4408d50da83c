import type { Advice } from '../model/advice.ts';
import type { Claim } from '../model/claim.ts';
import type { ContainerState } from '../model/container.ts';
import type { ImageConfig, PortBinding } from '../model/image-config.ts';
import type { PlacementReason } from '../model/reservation.ts';
import type { ImageRequest } from '../model/saved-image.ts';
import type { EngineSummary } from './engine.ts';
import type { PlannedServiceBody } from './service.ts';

/** The fields of clementine's README, wherever a container stands. */
export interface Container {
  readonly id: string;
  /** With Docker's leading slash. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly engine: EngineSummary;
  readonly state: ContainerState;
  /** As bound. */
  readonly ports: readonly Required<PortBinding>[];
  /** False: what the image and the engine have added to what was asked for is not known yet. */
  readonly inspected?: false | undefined;
  /** Why some of this is not known. */
  readonly unclear?: string | undefined;
}

export interface ContainerOnEngine extends Container {
  /** Its engine does not answer: it may be otherwise by now. */
  readonly stale?: true | undefined;
}

/** In a list, with how its engine says that it is. */
export interface ListedContainer extends ContainerOnEngine {
  readonly created_at: string;
  readonly observed_at?: string | undefined;
  /** The engine's words, like `Exited (3) 2 minutes ago`. */
  readonly status?: string | undefined;
  readonly exit_code?: number | undefined;
}

/** With what it holds, and why it is where it is; null: others started it. */
export interface InspectedContainer extends ListedContainer {
  readonly placement: Placement | null;
}

export interface Placement extends PlacementReason {
  readonly reservation: string;
  readonly claims: readonly Claim[];
  readonly created_at: string;
}

/** The answer to a wait. */
export interface ContainerExit {
  readonly exit_code: number;
  /** Why the engine could not run it. */
  readonly error?: string;
}

/** The answer to POST /apiv1/container, or one of a list where a count was asked for. */
export interface RunningContainer {
  readonly id: string;
  readonly image: ImageConfig;
  readonly engine: EngineSummary;
  readonly ports: readonly Required<PortBinding>[];
}

/** Where a container would go now. */
export interface ContainerPlan {
  /** The best; null: none can take it. */
  readonly engine: string | null;
  readonly candidates: readonly PlannedEngine[];
  readonly refused: RefusedEngines;
}

export interface PlannedEngine {
  readonly engine: string;
  readonly score: number;
  /** By scheduler, of those with a preference. */
  readonly penalties?: Readonly<Record<string, number>>;
  /** Of starts on that engine, lately. */
  readonly failures?: number;
}

/** Why engines cannot take a container. */
export interface RefusedEngines {
  /** Each message and how many engines gave it, the most frequent first. */
  readonly counts: readonly { readonly message: string; readonly engines: number }[];
  readonly engines: readonly {
    readonly engine: string;
    readonly code: string;
    readonly message: string;
    /** Containers that hold what is wanted. */
    readonly held_by?: readonly string[];
  }[];
  readonly advice?: readonly Advice[];
}

/** The body of POST /apiv1/container/{container}/stop and its like, or none. */
export interface LifecycleBody {
  /** Seconds until it is killed. */
  readonly timeout?: number;
  readonly signal?: string | number;
}

/** The body of POST /apiv1/container/{container}/rename. */
export interface RenameBody {
  readonly name: string;
}

/** The body of POST /apiv1/plan: a single container, or a whole service. */
export type PlanBody = ImageRequest | { readonly service: PlannedServiceBody };

/** The answer to POST /apiv1/container/{container}/commit. */
export interface CommittedImage {
  readonly id: string;
  /** Where the image is. */
  readonly engine: string;
}
