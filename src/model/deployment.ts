/** An application that was deployed from a template, as the store keeps it, by its name. */
export interface DeploymentRecord {
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The plug-in by which its services reach each other. */
  readonly lan: string;
  /** What its services belong to; left out: `default`. */
  readonly project?: string;
  /** By service, in the name of its port: the port that it was assigned, for good. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By service: what was last said of it. */
  readonly services: Readonly<Record<string, DeployedService>>;
  /** What was last said of all of them. */
  readonly globals: Readonly<Record<string, unknown>>;
}

export interface DeployedService {
  /** Of the template: the image, unless the definition names another one. */
  readonly key: string;
  readonly definition: unknown;
  /** Why it is not there yet. */
  readonly held?: string;
}

/** Ports that are assigned: below those that Linux gives to clients. */
export const assignedPorts = { first: 20_000, last: 29_999 } as const;

/** Of its name. */
export const deploymentNamePattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export const mostDeployments = 1_000;
export const mostDeployedServices = 200;
