import type { ServiceInfrastructure } from '../model/deployment.ts';

/** The body of PUT /apiv1/deployment/{name}. */
export interface DeploymentBody {
  /** The plug-in that connects its services. Default: `host_lan`. */
  readonly lan?: string;
  /** The plug-in that connects them to the world. Default: `host_wan`. */
  readonly wan?: string;
  /** The project of its services. Default: `default`. */
  readonly project?: string;
}

/** The body of POST /apiv1/deployment/{name}/setup and /plan. */
export interface SetUpBody {
  /** Definitions by service key of the template. */
  readonly services: Readonly<Record<string, unknown>>;
  readonly globals?: Readonly<Record<string, unknown>>;
  /** By service: how many replicas there are, where and how large. What is left out stays as it is. */
  readonly infrastructure?: Readonly<Record<string, ServiceInfrastructure>>;
  /** Also update services that already match their definitions. */
  readonly force?: boolean;
}

export interface Deployment {
  readonly name: string;
  readonly lan: string;
  readonly wan: string;
  readonly project: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly services: readonly DeploymentService[];
  /** Secrets that were created for it. */
  readonly secrets: readonly string[];
  /** Domains of its template. */
  readonly domains: readonly string[];
}

export interface DeploymentService {
  /** Its key in the template. */
  readonly service: string;
  /** Its name in Satsuma. */
  readonly name: string;
  readonly image: string;
  readonly state: string;
  readonly ready: number;
  readonly wanted: number;
  /** Why it was not created yet. */
  readonly held: string | null;
}

/** The changes that a setup would make. */
export interface DeploymentPlan {
  readonly services: readonly PlannedService[];
  /** Services of the deployment that are not in the request. */
  readonly others: readonly string[];
  readonly domains: readonly PlannedDomain[];
  /** Domains of the deployment that are not in the request, if it has any. */
  readonly other_domains: readonly string[];
}

export interface PlannedDomain {
  readonly domain: string;
  /** Its key in the template. */
  readonly service: string;
  readonly action: 'create' | 'change' | 'keep' | 'hold';
  /** The changed fields. */
  readonly fields: readonly string[];
  /** Why it is held back. */
  readonly reason?: string;
}

export interface PlannedService {
  readonly service: string;
  readonly name: string;
  readonly action: 'create' | 'change' | 'keep' | 'hold';
  /** The changed fields. */
  readonly fields: readonly string[];
  /** Why it is held back. */
  readonly reason?: string;
}

/** A line of the answer to POST /apiv1/deployment/{name}/setup: the progress of one service. */
export interface SetUpLine {
  readonly service: string;
  readonly event: 'begins' | 'unchanged' | 'created' | 'changed' | 'held' | 'says' | 'failed';
  /** Its name in Satsuma, if it was created or changed. */
  readonly name?: string;
  readonly text?: string;
  /** A domain of the service: the event is about the domain, not about the service. */
  readonly domain?: string;
  /** The error code, if it failed. */
  readonly code?: string;
}

/** The resources that are being removed. */
export interface RemovedDeployment {
  readonly services: readonly string[];
  readonly jobs: readonly string[];
  readonly domains: readonly string[];
}
