import type { Protocol } from '../../model/image-config.ts';

/** A posted service, after its two spellings were merged. */
export interface PostedService {
  readonly name: string;
  readonly source: string;
  readonly command?: string;
  readonly links: readonly PostedLink[];
  readonly ports: readonly PostedPort[];
  readonly expose: readonly number[];
  readonly environment: readonly { readonly variable: string; readonly value: string | number | boolean }[];
  readonly volumes: readonly PostedVolume[];
  readonly volumesFrom: readonly PostedReference[];
  readonly deployment: { readonly count?: number };
  readonly desiredState: DesiredState;
}

export const desiredStates = ['started', 'stopped'] as const;
export type DesiredState = (typeof desiredStates)[number];

/** Names another service: adapters get `name`, the agent uses `service`. */
export interface PostedReference {
  readonly name?: string;
  readonly service?: string;
}

interface PostedLink extends PostedReference {
  readonly alias?: string;
}

export interface PostedPort {
  readonly containerPort: number;
  /** Absent or 0: the engine chooses. */
  readonly hostPort?: number;
  readonly hostInterface?: string;
  readonly protocol: Protocol;
}

export interface PostedVolume {
  readonly containerPath: string;
  readonly hostPath?: string;
}
