import type { RoleRecord } from '../model/access.ts';
import type { AccountRecord } from '../model/account.ts';
import type { AuditBlock, AuditHead } from '../model/audit.ts';
import type { ContainerEnd } from '../model/container-end.ts';
import type { ContainerFact } from '../model/container-fact.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import type { DomainRecord } from '../model/domain.ts';
import type { EngineObservation, EngineRecord, StartFailures } from '../model/engine.ts';
import type { EngineThingChange } from '../model/engine-thing.ts';
import type { IdempotencyRecord } from '../model/idempotency-record.ts';
import type { ImagePull } from '../model/image-pull.ts';
import type { ImageShare } from '../model/image-share.ts';
import type { JobRecord, JobRun, TaskLog } from '../model/job.ts';
import type { MeshRecord } from '../model/mesh.ts';
import type { PolicyRecord } from '../model/policy.ts';
import type { ProjectRecord } from '../model/project.ts';
import type { Rebalance } from '../model/rebalance.ts';
import type { RecordingChunk, RecordingRecord } from '../model/recording.ts';
import type { RegistryRecord } from '../model/registry.ts';
import type { RouterRecord } from '../model/router.ts';
import type { SavedImage } from '../model/saved-image.ts';
import type { SecretRecord, SecretVersion } from '../model/secret.ts';
import type { ServerSign } from '../model/server-sign.ts';
import type { ServiceGeneration, ServiceRecord, ServiceStatus } from '../model/service.ts';
import type { ShipyardRecord } from '../model/shipyard.ts';
import type { TokenRecord } from '../model/token.ts';
import type { EngineVolumes } from '../model/volume.ts';
import type { VolumeCopy } from '../model/volume-copy.ts';
import type { Webhook, WebhookState } from '../model/webhook.ts';

/** The documents by kind. `engine-key` keeps what may belong to one engine only: its address, its daemon's id. */
export interface Documents {
  readonly engine: EngineRecord;
  readonly 'engine-key': { readonly engineId: string };
  /** What the server that follows the engine saw there. */
  readonly observation: EngineObservation;
  /** The same of one of its containers; see `containerFactId`. */
  readonly container: ContainerFact;
  /** Of one that ended and was removed at once, for a moment; the same id. */
  readonly 'container-end': ContainerEnd;
  /** By engine; only of those that failed to start containers lately. */
  readonly 'start-failures': StartFailures;
  /** By engine: what is there although the engine may be away. */
  readonly 'engine-volumes': EngineVolumes;
  /** A server's sign of life. */
  readonly server: ServerSign;
  /** The secret that labels are signed with where no file has one: one document. */
  readonly installation: { readonly secret: string };
  /** How what is in the store is to be read: one document; see format.ts. Stores of older releases have none. */
  readonly format: { readonly version: number };
  /** What all servers must have equal, by the key of the configuration, as JSON: one document. */
  readonly settings: Readonly<Record<string, string>>;
  /** A service or a job, by its id, that was made again from labels and then removed; see tombstones.ts. */
  readonly tombstone: { readonly removedAt: string };
  /** What is kept of a request that carried an `Idempotency-Key`. */
  readonly idempotency: IdempotencyRecord;
  /** The last version of a saved image config, by its name; and every version. */
  readonly image: SavedImage;
  readonly 'image-version': SavedImage;
  /** By engine and kind: what Satsuma did last to its volumes, and to its networks. */
  readonly 'engine-thing': EngineThingChange;
  /** Pulls of images that run now, by a random id. */
  readonly 'image-pull': ImagePull;
  /** Pulls that engines share, by a hash of the image and the platform. */
  readonly 'image-share': ImageShare;
  /** How registries are logged in to, by registry. */
  readonly registry: RegistryRecord;
  /** By name; and their values, encrypted, by name and version. */
  readonly secret: SecretRecord;
  readonly 'secret-version': SecretVersion;
  /** What should run, by the service's name; every generation of it; and what was found out about it. */
  readonly service: ServiceRecord;
  readonly 'service-generation': ServiceGeneration;
  readonly 'service-status': ServiceStatus;
  /** What is to run to its end, by the job's name; its last runs; and the end of what each of their tasks wrote. */
  readonly job: JobRecord;
  readonly 'job-run': JobRun;
  readonly 'task-log': TaskLog;
  /** The moves that are being made, or were last: one document. */
  readonly rebalance: Rebalance;
  /** Volumes that are being copied to another engine, by the id of the copy. */
  readonly 'volume-copy': VolumeCopy;
  /** The mesh of networks over engines: one document. */
  readonly mesh: MeshRecord;
  /** What routers serve, by the name of the domain; and the routers: one document. */
  readonly domain: DomainRecord;
  readonly router: RouterRecord;
  /** Who is told of events, by name; and how far that came. */
  readonly webhook: Webhook;
  readonly 'webhook-state': WebhookState;
  /** Who may use the API, by the name of their account or token; and what the users' own roles may do. */
  readonly account: AccountRecord;
  readonly token: TokenRecord;
  readonly role: RoleRecord;
  /** What containers may be given, by name. */
  readonly policy: PolicyRecord;
  /** Projects that were made, by name, with their quotas. */
  readonly project: ProjectRecord;
  /** Applications that were deployed from a template, by name. */
  readonly deployment: DeploymentRecord;
  /** What was done, by whom: the links of a chain by number, and where it is. */
  readonly 'audit-block': AuditBlock;
  readonly 'audit-head': AuditHead;
  /** What sessions printed, by a random id; and what they printed, by its number. */
  readonly recording: RecordingRecord;
  readonly 'recording-chunk': RecordingChunk;
  /** What clients of Shipyard keep. */
  readonly shipyard: ShipyardRecord;
}
export type DocumentKind = keyof Documents;
