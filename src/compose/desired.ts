import type { CreateNetworkBody } from '../api/volume.ts';
import type { Place } from '../application/tree.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { UpdatePolicy } from '../model/service.ts';

/** What a project is to be, in the words of the API. */
export interface Desired {
  readonly project: string;
  readonly services: readonly DesiredService[];
  readonly jobs: readonly DesiredJob[];
  readonly networks: readonly DesiredNetwork[];
  readonly secrets: readonly DesiredSecret[];
  /** Kept as secrets whose names have the digest of the content, so that another content is another name. */
  readonly configs: readonly DesiredSecret[];
  /** Names of services and jobs that the files have, those of other profiles too: they are no orphans. */
  readonly known: readonly string[];
  readonly warnings: readonly string[];
}

export const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

export interface Dependency {
  /** In the file. */
  readonly key: string;
  /** In Satsuma. */
  readonly name: string;
  readonly condition: (typeof conditions)[number];
  /** What depends on it is made all the same where it comes to nothing. */
  readonly isOptional: boolean;
}

interface Part {
  /** In the file. */
  readonly key: string;
  /** In Satsuma. */
  readonly name: string;
  readonly place: Place;
  readonly dependsOn: readonly Dependency[];
  /** Its image is built, and named by what it is built from. */
  readonly build?: DesiredBuild | undefined;
}

export interface DesiredBuild {
  readonly folder: string;
  readonly place: Place;
  /** In the words of POST /apiv1/engine-images/build. */
  readonly query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
}

export interface DesiredService extends Part {
  /** The file does not say that it is started again whenever it ends. */
  readonly isRestartImplied: boolean;
  readonly spec: {
    readonly image: ImageConfig;
    readonly replicas: number | 'global';
    readonly update: UpdatePolicy;
  };
}

/** What runs to its end before others begin. */
export interface DesiredJob extends Part {
  readonly spec: {
    readonly image: ImageConfig;
    readonly completions: number;
    readonly parallelism: number;
    readonly retries: number;
  };
}

export interface DesiredNetwork {
  readonly key: string;
  readonly place: Place;
  /** Nobody makes it here: it must be there. */
  readonly isExternal: boolean;
  readonly body: CreateNetworkBody;
  /** Each of them has one of its own. Left out: it is one network. */
  readonly engines?: readonly string[];
}

export interface DesiredSecret {
  readonly key: string;
  readonly name: string;
  readonly place: Place;
  /** Left out: it is there already, and is not touched. */
  readonly value?: Buffer;
}

/**
 * Where networks are made: over the engines of the mesh, on the only engine, one on each engine, or nowhere, since there
 * are several engines and no mesh.
 */
export type Networking =
  | { readonly kind: 'mesh' }
  | { readonly kind: 'engine'; readonly engine: string }
  | { readonly kind: 'each'; readonly engines: readonly string[] }
  | { readonly kind: 'none' }
  /** Nobody asked: the files want none, or are only looked at. */
  | { readonly kind: 'unknown' };
