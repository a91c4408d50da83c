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
import type { ServerHeartbeat } from '../model/server-heartbeat.ts';
import type { ServiceGeneration, ServiceRecord, ServiceStatus } from '../model/service.ts';
import type { ShipyardRecord } from '../model/shipyard.ts';
import type { TokenRecord } from '../model/token.ts';
import type { EngineVolumes } from '../model/volume.ts';
import type { VolumeCopy } from '../model/volume-copy.ts';
import type { Webhook, WebhookState } from '../model/webhook.ts';

/** The documents by kind. `engine-key` reserves what may belong to one engine only: its address, its daemon's id. */
export interface Documents {
  readonly engine: EngineRecord;
  readonly 'engine-key': { readonly engineId: string };
  /** The observation by the server that follows the engine. */
  readonly observation: EngineObservation;
  /** The same for one of its containers; see `containerFactId`. */
  readonly container: ContainerFact;
  /** For a container that ended and was removed at once; short-lived, with the same id. */
  readonly 'container-end': ContainerEnd;
  /** By engine; only for engines with recent start failures. */
  readonly 'start-failures': StartFailures;
  /** By engine: its volumes, known even while it is down. */
  readonly 'engine-volumes': EngineVolumes;
  /** A server's heartbeat. */
  readonly server: ServerHeartbeat;
  /** The secret that signs labels if no file has one: one document. */
  readonly installation: { readonly secret: string };
  /** The store format: one document; see format.ts. Missing in stores of older releases. */
  readonly format: { readonly version: number };
  /** Settings that must be equal on all servers, by configuration key, as JSON: one document. */
  readonly settings: Readonly<Record<string, string>>;
  /** A service or job, by its id, that was restored from labels and then removed; see tombstones.ts. */
  readonly tombstone: { readonly removedAt: string };
  /** The record of a request with an `Idempotency-Key`. */
  readonly idempotency: IdempotencyRecord;
  /** The last version of a saved image config, by name; and all versions. */
  readonly image: SavedImage;
  readonly 'image-version': SavedImage;
  /** By engine and kind: Satsuma's last change of its volumes or networks. */
  readonly 'engine-thing': EngineThingChange;
  /** Running image pulls, by a random id. */
  readonly 'image-pull': ImagePull;
  /** Shared pulls, by a hash of image and platform. */
  readonly 'image-share': ImageShare;
  /** Registry credentials, by registry. */
  readonly registry: RegistryRecord;
  /** Secrets by name; and their encrypted values, by name and version. */
  readonly secret: SecretRecord;
  readonly 'secret-version': SecretVersion;
  /** Services by name; their generations; and their status. */
  readonly service: ServiceRecord;
  readonly 'service-generation': ServiceGeneration;
  readonly 'service-status': ServiceStatus;
  /** Jobs by name; their last runs; and the last lines of their tasks' output. */
  readonly job: JobRecord;
  readonly 'job-run': JobRun;
  readonly 'task-log': TaskLog;
  /** The current or last rebalance: one document. */
  readonly rebalance: Rebalance;
  /** Running copies of volumes to other engines, by the id of the copy. */
  readonly 'volume-copy': VolumeCopy;
  /** The mesh of overlay networks: one document. */
  readonly mesh: MeshRecord;
  /** Domains by name; and the routers: one document. */
  readonly domain: DomainRecord;
  readonly router: RouterRecord;
  /** Webhooks by name; and the progress of their deliveries. */
  readonly webhook: Webhook;
  readonly 'webhook-state': WebhookState;
  /** Accounts and tokens by name; and user-defined roles. */
  readonly account: AccountRecord;
  readonly token: TokenRecord;
  readonly role: RoleRecord;
  /** Policies by name. */
  readonly policy: PolicyRecord;
  /** Projects by name, with their quotas. */
  readonly project: ProjectRecord;
  /** Applications deployed from a template, by name. */
  readonly deployment: DeploymentRecord;
  /** The audit log: the blocks of the hash chain by number, and its head. */
  readonly 'audit-block': AuditBlock;
  readonly 'audit-head': AuditHead;
  /** Session recordings by a random id; and their chunks by number. */
  readonly recording: RecordingRecord;
  readonly 'recording-chunk': RecordingChunk;
  /** Data of Shipyard clients. */
  readonly shipyard: ShipyardRecord;
}
export type DocumentKind = keyof Documents;
