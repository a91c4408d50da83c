/** The body of PUT /apiv1/deployment/{name}. */
export interface DeploymentBody {
  /** By what its services reach each other; left out: `host_lan`. */
  readonly lan?: string;
  /** What its services belong to; left out: `default`. */
  readonly project?: string;
}

/** The body of POST /apiv1/deployment/{name}/setup and /plan. */
export interface SetUpBody {
  /** Definitions, by their keys in the template. */
  readonly services: Readonly<Record<string, unknown>>;
  readonly globals?: Readonly<Record<string, unknown>>;
  /** Services that are as they are asked for are changed as well. */
  readonly force?: boolean;
}

export interface Deployment {
  readonly name: string;
  readonly lan: string;
  readonly project: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly services: readonly DeploymentService[];
  /** That were made for it. */
  readonly secrets: readonly string[];
  /** That its template says. */
  readonly domains: readonly string[];
}

export interface DeploymentService {
  /** In the template. */
  readonly service: string;
  /** In Satsuma. */
  readonly name: string;
  readonly image: string;
  readonly state: string;
  readonly ready: number;
  readonly wanted: number;
  /** Why there is none yet. */
  readonly held: string | null;
}

/** What would be done. */
export interface DeploymentPlan {
  readonly services: readonly PlannedService[];
  /** Services of the deployment that are not asked for. */
  readonly others: readonly string[];
  readonly domains: readonly PlannedDomain[];
  /** Domains of the deployment that are not asked for, where any are. */
  readonly other_domains: readonly string[];
}

export interface PlannedDomain {
  readonly domain: string;
  /** In the template. */
  readonly service: string;
  readonly action: 'create' | 'change' | 'keep' | 'hold';
  /** Of a change: what is another one. */
  readonly fields: readonly string[];
  /** Why it is held. */
  readonly reason?: string;
}

export interface PlannedService {
  readonly service: string;
  readonly name: string;
  readonly action: 'create' | 'change' | 'keep' | 'hold';
  /** Of a change: what is another one. */
  readonly fields: readonly string[];
  /** Why it is held. */
  readonly reason?: string;
}

/** What becomes of a service, as it comes: a line of the answer to POST /apiv1/deployment/{name}/setup. */
export interface SetUpLine {
  readonly service: string;
  readonly event: 'begins' | 'unchanged' | 'created' | 'changed' | 'held' | 'says' | 'failed';
  /** In Satsuma, of what was created or changed. */
  readonly name?: string;
  readonly text?: string;
  /** Which leads to the service: what became of it is told, and not of the service. */
  readonly domain?: string;
  /** Of what failed. */
  readonly code?: string;
}

/** What is being removed. */
export interface RemovedDeployment {
  readonly services: readonly string[];
  readonly jobs: readonly string[];
  readonly domains: readonly string[];
}
