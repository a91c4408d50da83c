import type { SetUpBody } from './deployment.ts';
import type { NewJobBody } from './job.ts';
import type { NewSecretBody } from './secret.ts';
import type { NewServiceBody } from './service.ts';
import type { CreateNetworkBody } from './volume.ts';

/** The body of POST /apiv1/translate: a line, or a file as text. */
export type TranslateBody = { readonly run: string } | TranslateComposeBody | TranslateTemplateBody;

export interface TranslateComposeBody {
  readonly compose: string;
  /** What the Compose project is called. Default: `name` in the file. */
  readonly name?: string;
  /** The project that owns all of it. */
  readonly project?: string;
  readonly profiles?: readonly string[];
}

export interface TranslateTemplateBody {
  readonly template: string;
  /** Of the deployment, which its variables may name. */
  readonly name?: string;
}

export type Translation = TranslatedRun | TranslatedCompose | TranslatedTemplate;

/** The body that plans and sets up a deployment. */
export type TranslatedTemplate = Required<Pick<SetUpBody, 'services' | 'globals'>>;

export interface TranslatedRun {
  /** The body of POST /apiv1/container. */
  readonly image: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** The bodies with which a Compose project is created, in the order of the lists. */
export interface TranslatedCompose {
  readonly name: string;
  readonly networks: readonly TranslatedNetwork[];
  /** Also configs, which are kept as secrets. */
  readonly secrets: readonly TranslatedSecret[];
  /** Names of the volumes that the containers make where they run. */
  readonly volumes: readonly string[];
  readonly jobs: readonly TranslatedJob[];
  readonly services: readonly TranslatedService[];
  readonly warnings: readonly string[];
}

export interface TranslatedNetwork {
  /** It must be there, and is not created. */
  readonly external: boolean;
  /** The body of POST /apiv1/network. */
  readonly body: CreateNetworkBody;
}

export interface TranslatedSecret {
  readonly name: string;
  /** The body of POST /apiv1/secret. Absent: it must be there, and is not created. */
  readonly body?: NewSecretBody;
}

export interface TranslatedService extends TranslatedPart {
  /** The body of POST /apiv1/service. */
  readonly body: NewServiceBody;
}

export interface TranslatedJob extends TranslatedPart {
  /** The body of POST /apiv1/job. */
  readonly body: NewJobBody;
}

interface TranslatedPart {
  /** Its name in the file. */
  readonly key: string;
  readonly depends_on: readonly TranslatedDependency[];
}

export interface TranslatedDependency {
  /** The name of the service or job. */
  readonly name: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  /** If it fails, the part is created all the same. */
  readonly optional: boolean;
}
