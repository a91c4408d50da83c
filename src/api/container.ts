import type { Advice } from '../model/advice.ts';
import type { Claim } from '../model/claim.ts';
import type { ContainerState } from '../model/container.ts';
import type { ImageConfig, PortBinding } from '../model/image-config.ts';
import type { PlacementReason } from '../model/reservation.ts';
import type { ImageRequest } from '../model/saved-image.ts';
import type { EngineSummary } from './engine.ts';
import type { PlannedServiceBody } from './service.ts';

/** The fields of clementine's README, wherever a container is returned. */
export interface Container {
  readonly id: string;
  /** With Docker's leading slash. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly engine: EngineSummary;
  readonly state: ContainerState;
  /** Ports as bound. */
  readonly ports: readonly Required<PortBinding>[];
  /** False: defaults from the image and the engine are not known yet. */
  readonly inspected?: false | undefined;
  /** Why some fields are unknown. */
  readonly unclear?: string | undefined;
}

export interface ContainerOnEngine extends Container {
  /** Its engine is unreachable: this may be out of date. */
  readonly stale?: true | undefined;
}

/** A container in a list, with its state as reported by the engine. */
export interface ListedContainer extends ContainerOnEngine {
  readonly created_at: string;
  readonly observed_at?: string | undefined;
  /** The engine's status text, like `Exited (3) 2 minutes ago`. */
  readonly status?: string | undefined;
  readonly exit_code?: number | undefined;
}

/** A container with its claims and the reason for its placement; null: not started by Satsuma. */
export interface InspectedContainer extends ListedContainer {
  readonly placement: Placement | null;
}

export interface Placement extends PlacementReason {
  readonly reservation: string;
  readonly claims: readonly Claim[];
  readonly created_at: string;
}

/** The answer to POST /apiv1/container/{container}/wait. */
export interface ContainerExit {
  readonly exit_code: number;
  /** Why the engine could not run it. */
  readonly error?: string;
}

/** The answer to POST /apiv1/container; a list of them if `count` is given. */
export interface RunningContainer {
  readonly id: string;
  readonly image: ImageConfig;
  readonly engine: EngineSummary;
  readonly ports: readonly Required<PortBinding>[];
}

/** Where a container would be placed now. */
export interface ContainerPlan {
  /** The best engine; null: none is feasible. */
  readonly engine: string | null;
  readonly candidates: readonly PlannedEngine[];
  readonly refused: RefusedEngines;
}

export interface PlannedEngine {
  readonly engine: string;
  readonly score: number;
  /** By scheduler, for schedulers with a preference. */
  readonly penalties?: Readonly<Record<string, number>>;
  /** Recent failed starts on that engine. */
  readonly failures?: number;
}

/** Why engines were refused. */
export interface RefusedEngines {
  /** Each message with the number of engines, most frequent first. */
  readonly counts: readonly {
    readonly message: string;
    /** What whoever is narrowed to projects or engines is told instead. */
    readonly scoped_message?: string;
    readonly engines: number;
  }[];
  readonly engines: readonly {
    readonly engine: string;
    readonly code: string;
    readonly message: string;
    /** What whoever is narrowed to projects or engines is told instead. */
    readonly scoped_message?: string;
    /** Containers that hold the requested resource. */
    readonly held_by?: readonly string[];
  }[];
  readonly advice?: readonly Advice[];
}

/** The optional body of POST /apiv1/container/{container}/stop, /restart and similar routes. */
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
  /** The engine that has the image. */
  readonly engine: string;
}
