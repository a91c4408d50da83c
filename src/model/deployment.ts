import type { ImageConfig } from './image-config.ts';
import type { ServiceSpec } from './service.ts';

/** An application that was deployed from a template, as the store keeps it by name. */
export interface DeploymentRecord {
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The plug-in that connects its services. */
  readonly lan: string;
  /** The plug-in that connects them to the world. Absent: `host_wan`. */
  readonly wan?: string;
  /** The project of its services. Absent: `default`. */
  readonly project?: string;
  /** By service and port name: the port that was assigned, permanently. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By service: its last definition. */
  readonly services: Readonly<Record<string, DeployedService>>;
  /** The last global definitions. */
  readonly globals: Readonly<Record<string, unknown>>;
}

export interface DeployedService {
  /** The service's key in the template; also its image, unless the definition names another one. */
  readonly key: string;
  readonly definition: unknown;
  /** Why it was not deployed yet. */
  readonly held?: string;
  /** Of one that is held: how many of it there will be, and where. */
  readonly infrastructure?: ServiceInfrastructure;
  /** A client of calzion was asked to upload its code. */
  readonly codeAsked?: CodeAsked;
}

/** What a template does not say of a service. What is left out stays as it is. */
export interface ServiceInfrastructure
  extends Pick<ImageConfig, 'constraints' | 'spread' | 'strategy' | 'cpus' | 'memory'> {
  readonly replicas?: ServiceSpec['replicas'];
}

export interface CodeAsked {
  /** Who was asked: nobody else may upload it. */
  readonly of: string;
  /** The replicas are replaced even if the code is what runs already. */
  readonly force?: boolean;
}

/** The range of assigned ports: below Linux's ephemeral ports. */
export const assignedPorts = { first: 20_000, last: 29_999 } as const;

/** Valid names of deployments. */
export const deploymentNamePattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export const maxDeployments = 1_000;
export const maxDeployedServices = 200;
