import type { AuditBlock, AuditEntry, AuditHead } from '../model/audit.ts';
import type { FileChange, ProcessList } from '../model/container.ts';
import type { Account, CanI, NewToken, OidcProvider, Role, Token } from './account.ts';
import type { AuditVerdict, Recording, RecordingLine } from './audit.ts';
import type { BackupLine, Restored } from './backup.ts';
import type { BuildLine } from './build.ts';
import type { CatalogEntry, TargetGroup } from './catalog.ts';
import type { CertificatesView } from './certificate.ts';
import type { ClusterSummary, RouteRow, Schedulers } from './cluster.ts';
import type {
  CommittedImage,
  ContainerExit,
  ContainerOnEngine,
  ContainerPlan,
  InspectedContainer,
  ListedContainer,
  RunningContainer,
} from './container.ts';
import type { Deployment, DeploymentPlan, RemovedDeployment, SetUpLine } from './deployment.ts';
import type { Diagnosis } from './doctor.ts';
import type { Domain } from './domain.ts';
import type { Drain, LossRehearsal } from './drain.ts';
import type { Engine, NewEngine, OthersOnEngine } from './engine.ts';
import type {
  EngineImageRow,
  ImageStepRow,
  LoadLine,
  PrunedImages,
  PullLine,
  RemovedImages,
  TaggedImages,
} from './engine-image.ts';
import type { EngineError, ErrorBody } from './error.ts';
import type { DetachedAnswer, ExecAnswer, ExecLine } from './exec.ts';
import type { Job, Run, WholeRun } from './job.ts';
import type { LogLine } from './log.ts';
import type { Mesh } from './mesh.ts';
import type { Policy, PolicyCheck } from './policy.ts';
import type { Project } from './project.ts';
import type { Rebalance, RebalancePlan } from './rebalance.ts';
import type { RegistryRow } from './registry.ts';
import type { Router } from './router.ts';
import type { SavedImage } from './saved-image.ts';
import type { InspectedSecret, Secret, UpdatedSecret } from './secret.ts';
import type { Generation, Service, ServicePlan } from './service.ts';
import type { OidcStart, Session } from './session.ts';
import type { AllStats, ContainerStats } from './stats.ts';
import type { Translation } from './translate.ts';
import type { Upload } from './upload.ts';
import type { ServerVersion } from './version.ts';
import type {
  CopyVolumeLine,
  InspectedNetwork,
  InspectedVolume,
  NetworkMembership,
  NetworkRow,
  PrunedRows,
  ThingOnEngine,
  VolumeRow,
} from './volume.ts';
import type { Webhook, WebhookTest } from './webhook.ts';

/** The envelope, with fields beside `data`. */
type Body<Data, Beside> = { readonly ok: true; readonly data: Data } & Beside;

/** No fields. */
type None = Record<never, never>;

interface Read<Data, Beside = None> {
  readonly 200: { readonly 'application/json': Body<Data, Beside> };
}

interface Created<Data, Beside = None> {
  readonly 201: { readonly 'application/json': Body<Data, Beside> };
}

interface Accepted<Data, Beside = None> {
  readonly 202: { readonly 'application/json': Body<Data, Beside> };
}

/** JSON values, one per line. An `ErrorLine` ends a stream that failed. */
interface Lines<Line> {
  readonly 200: { readonly 'application/x-ndjson': Line | ErrorLine };
}

interface ReadOrLines<Data, Line, Beside = None> {
  readonly 200: {
    readonly 'application/json': Body<Data, Beside>;
    readonly 'application/x-ndjson': Line | ErrorLine;
  };
}

interface Text {
  readonly 200: { readonly 'text/plain': string };
}

interface Archive {
  readonly 200: { readonly 'application/x-tar': Bytes };
}

/** The connection switches to the subprotocol `v1.satsuma.exec`. */
interface Upgraded {
  readonly 101: Record<never, never>;
}

/** @format binary */
type Bytes = string;

/** Why a stream ended early. */
export interface ErrorLine {
  readonly error: ErrorBody;
}

/** Engines that could not be queried. */
interface WithErrors {
  readonly errors: readonly EngineError[];
}

/** A page of a list. `next` is the `after` of the next page. */
interface Page extends WithErrors {
  readonly next?: string;
}

interface WithWarning {
  readonly warning?: string;
}

/**
 * The successful answers of each route, by status and media type. They are the source of the schemas in the OpenAPI
 * document and of the command line's types. Tests validate the server's answers against them.
 */
export interface Answers {
  'GET /': Read<string>;
  'GET /healthz': Read<string>;
  'GET /readyz': Read<string>;
  'GET /metrics': Text;
  'GET /metrics/containers': Text;
  'GET /openapi.json': { readonly 200: { readonly 'application/json': OpenApiDocument } };
  'GET /docs': { readonly 200: { readonly 'text/html': string } };
  'GET /ui/{file?}': { readonly 200: { readonly 'text/html': string } };
  'GET /apiv1': Read<readonly RouteRow[]>;
  'GET /apiv1/': Read<readonly RouteRow[]>;
  'GET /apiv1/config': Read<Readonly<Record<string, unknown>>>;
  'GET /apiv1/cluster': Read<ClusterSummary>;
  'GET /apiv1/doctor': Read<Diagnosis>;
  'GET /apiv1/certificates': Read<CertificatesView>;
  'GET /apiv1/version': Read<ServerVersion>;
  'GET /apiv1/schedulers': Read<Schedulers>;

  'POST /apiv1/engine': Created<NewEngine, WithWarning>;
  'GET /apiv1/engines/others': Read<readonly OthersOnEngine[]>;
  'GET /apiv1/engines': Read<readonly Engine[]>;
  'GET /apiv1/engine/{id}': Read<Engine>;
  'PATCH /apiv1/engine/{id}': Read<Engine>;
  'DELETE /apiv1/engine/{id}': Accepted<string>;
  'GET /apiv1/engine/{id}/containers': Read<
    readonly ContainerOnEngine[],
    { readonly observed_at?: string } & Partial<WithErrors>
  >;
  'DELETE /apiv1/engine/{engine}/container/{container}': Accepted<string>;
  'POST /apiv1/engine/{id}/drain': Accepted<Drain>;
  'GET /apiv1/engine/{id}/drain': Read<Drain>;
  'GET /apiv1/engine/{id}/rehearse-loss': Read<LossRehearsal>;

  'POST /apiv1/container': Created<
    RunningContainer | readonly RunningContainer[],
    { readonly name?: string; readonly names?: readonly string[]; readonly errors?: readonly ErrorBody[] }
  >;
  'POST /apiv1/plan': Read<ContainerPlan | ServicePlan>;
  'POST /apiv1/translate': Read<Translation>;
  'GET /apiv1/containers': Read<readonly ListedContainer[], Page>;
  'GET /apiv1/container/{container}': Read<InspectedContainer>;
  'DELETE /apiv1/container/{container}': Accepted<string>;
  'GET /apiv1/container/{container}/inspect': Read<Readonly<Record<string, unknown>>>;
  'GET /apiv1/container/{container}/logs': Text;
  'POST /apiv1/container/{container}/start': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/stop': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/restart': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/kill': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/pause': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/unpause': Read<InspectedContainer>;
  'GET /apiv1/container/{container}/top': Read<ProcessList>;
  'POST /apiv1/container/{container}/wait': Read<ContainerExit>;
  'GET /apiv1/container/{container}/diff': Read<readonly FileChange[]>;
  'GET /apiv1/container/{container}/export': Archive;
  'GET /apiv1/container/{container}/archive': Archive;
  'PUT /apiv1/container/{container}/archive': Read<{ readonly path: string }>;
  'POST /apiv1/container/{container}/rename': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/update': Read<InspectedContainer>;
  'POST /apiv1/container/{container}/commit': Read<CommittedImage>;
  'GET /apiv1/container/{container}/stats': ReadOrLines<ContainerStats, ContainerStats>;
  'POST /apiv1/container/{container}/exec': ReadOrLines<ExecAnswer | DetachedAnswer, ExecLine>;
  'GET /apiv1/container/{container}/exec/ws': Upgraded;
  'GET /apiv1/container/{container}/attach/ws': Upgraded;
  'GET /apiv1/stats': ReadOrLines<AllStats, AllStats & WithErrors, WithErrors>;
  'GET /apiv1/logs': {
    readonly 200: { readonly 'text/plain': string; readonly 'application/x-ndjson': LogLine | ErrorLine };
  };
  'GET /apiv1/events': { readonly 200: { readonly 'text/event-stream': string } };

  'POST /apiv1/image': Created<SavedImage>;
  'GET /apiv1/images': Read<readonly SavedImage[]>;
  'GET /apiv1/image/{name}': Read<SavedImage>;
  'PUT /apiv1/image/{name}': Read<SavedImage>;
  'DELETE /apiv1/image/{name}': Accepted<string>;

  'GET /apiv1/engine-images': Read<readonly EngineImageRow[], Page>;
  'GET /apiv1/engine-images/inspect': Read<Readonly<Record<string, unknown>>, { readonly engine: string }>;
  'GET /apiv1/engine-images/history': Read<readonly ImageStepRow[], { readonly engine: string }>;
  'POST /apiv1/engine-images/tag': Read<TaggedImages, WithErrors>;
  'POST /apiv1/engine-images/remove': Read<{ readonly engines: RemovedImages }, WithErrors>;
  'POST /apiv1/engine-images/prune': Read<PrunedImages, WithErrors>;
  'POST /apiv1/engine-images/pull': Lines<PullLine>;
  'POST /apiv1/engine-images/load': Lines<LoadLine>;
  'POST /apiv1/engine-images/build': Lines<BuildLine>;
  'POST /apiv1/upload': Created<Upload>;
  'GET /apiv1/upload/{id}': Read<Upload>;
  'PATCH /apiv1/upload/{id}': Read<Upload>;
  'DELETE /apiv1/upload/{id}': Accepted<{ readonly id: string }>;
  'GET /apiv1/engine-images/save': Archive;
  'POST /apiv1/registry': Created<RegistryRow, WithWarning>;
  'GET /apiv1/registries': Read<readonly RegistryRow[]>;
  'DELETE /apiv1/registry/{server}': Accepted<string>;

  'PUT /apiv1/deployment/{name}': Read<Deployment>;
  'GET /apiv1/deployments': Read<readonly Deployment[]>;
  'GET /apiv1/deployment/{name}': Read<Deployment>;
  'DELETE /apiv1/deployment/{name}': Accepted<RemovedDeployment>;
  'POST /apiv1/deployment/{name}/plan': Read<DeploymentPlan>;
  'POST /apiv1/deployment/{name}/setup': Lines<SetUpLine>;

  'POST /apiv1/secret': Created<Secret>;
  'GET /apiv1/secrets': Read<readonly Secret[]>;
  'GET /apiv1/secret/{name}': Read<InspectedSecret>;
  'PUT /apiv1/secret/{name}': Read<UpdatedSecret>;
  'DELETE /apiv1/secret/{name}': Accepted<string>;

  'GET /apiv1/volumes': Read<readonly VolumeRow[], Page>;
  'POST /apiv1/volume': Created<VolumeRow>;
  'GET /apiv1/volume/{engine}/{name}': Read<InspectedVolume>;
  'DELETE /apiv1/volume/{engine}/{name}': Accepted<ThingOnEngine>;
  'POST /apiv1/volume/{engine}/{name}/copy': Lines<CopyVolumeLine>;
  'POST /apiv1/volumes/prune': Read<PrunedRows, WithErrors>;
  'GET /apiv1/networks': Read<readonly NetworkRow[], Page>;
  'POST /apiv1/network': Created<NetworkRow>;
  'GET /apiv1/network/{engine}/{name}': Read<InspectedNetwork>;
  'DELETE /apiv1/network/{engine}/{name}': Accepted<ThingOnEngine>;
  'POST /apiv1/networks/prune': Read<PrunedRows, WithErrors>;
  'POST /apiv1/network/{engine}/{name}/connect': Read<NetworkMembership>;
  'POST /apiv1/network/{engine}/{name}/disconnect': Read<NetworkMembership>;

  'POST /apiv1/service': Created<Service, WithWarning>;
  'GET /apiv1/services': Read<readonly Service[]>;
  'GET /apiv1/service/{name}': Read<Service>;
  'PUT /apiv1/service/{name}': Read<Service>;
  'DELETE /apiv1/service/{name}': Accepted<string>;
  'POST /apiv1/service/{name}/scale': Read<Service>;
  'POST /apiv1/service/{name}/pause': Read<Service>;
  'POST /apiv1/service/{name}/resume': Read<Service>;
  'POST /apiv1/service/{name}/rollback': Read<Service>;
  'POST /apiv1/service/{name}/restart': Read<Service>;
  'POST /apiv1/service/{name}/move': Accepted<Service>;
  'DELETE /apiv1/service/{name}/move': Accepted<Service>;
  'GET /apiv1/service/{name}/generations': Read<readonly Generation[]>;
  'GET /apiv1/service/{name}/logs': Text;
  'GET /apiv1/catalog': Read<readonly CatalogEntry[], { readonly tag: string }>;
  'GET /apiv1/catalog/http_sd': { readonly 200: { readonly 'application/json': readonly TargetGroup[] } };
  'GET /apiv1/rebalance/plan': Read<RebalancePlan>;
  'POST /apiv1/rebalance': Accepted<Omit<RebalancePlan, 'moves'> & Rebalance>;
  'GET /apiv1/rebalance': Read<Rebalance | null>;
  'DELETE /apiv1/rebalance': Accepted<Rebalance>;

  'POST /apiv1/job': Created<Job>;
  'GET /apiv1/jobs': Read<readonly Job[]>;
  'GET /apiv1/job/{name}': Read<Job>;
  'PUT /apiv1/job/{name}': Read<Job>;
  'DELETE /apiv1/job/{name}': Accepted<string>;
  'POST /apiv1/job/{name}/run': Created<WholeRun>;
  'GET /apiv1/job/{name}/runs': Read<readonly Run[]>;
  'GET /apiv1/job/{name}/runs/{run}': Read<WholeRun>;
  'POST /apiv1/job/{name}/runs/{run}/cancel': Read<WholeRun>;

  'POST /apiv1/webhook': Created<Webhook>;
  'GET /apiv1/webhooks': Read<readonly Webhook[]>;
  'GET /apiv1/webhook/{name}': Read<Webhook>;
  'DELETE /apiv1/webhook/{name}': Accepted<string>;
  'POST /apiv1/webhook/{name}/test': Read<WebhookTest>;

  'POST /apiv1/account': Created<Account>;
  'GET /apiv1/accounts': Read<readonly Account[]>;
  'DELETE /apiv1/account/{name}': Accepted<string>;
  'POST /apiv1/account/{name}/password': Read<string>;
  'POST /apiv1/login': Created<NewToken>;
  'GET /apiv1/oidc': Read<OidcProvider>;
  'POST /apiv1/session': Created<Session>;
  'GET /apiv1/session': Read<Session>;
  'DELETE /apiv1/session': Read<string>;
  'POST /apiv1/session/oidc': Read<OidcStart>;
  'POST /apiv1/token': Created<NewToken>;
  'GET /apiv1/tokens': Read<readonly Token[]>;
  'DELETE /apiv1/token/{name}': Accepted<string>;
  'POST /apiv1/role': Created<Role>;
  'GET /apiv1/roles': Read<readonly Role[]>;
  'DELETE /apiv1/role/{name}': Accepted<string>;

  'POST /apiv1/policy': Created<Policy>;
  'GET /apiv1/policies': Read<readonly Policy[]>;
  'GET /apiv1/policy/{name}': Read<Policy>;
  'PUT /apiv1/policy/{name}': Read<Policy>;
  'DELETE /apiv1/policy/{name}': Accepted<string>;
  'POST /apiv1/policy/{name}/check': Read<PolicyCheck>;
  'POST /apiv1/project': Created<Project>;
  'GET /apiv1/projects': Read<readonly Project[]>;
  'GET /apiv1/project/{name}': Read<Project>;
  'PATCH /apiv1/project/{name}': Read<Project>;
  'DELETE /apiv1/project/{name}': Accepted<string>;
  'GET /apiv1/can-i': Read<CanI>;
  'PUT /apiv1/mesh': Accepted<Mesh>;
  'GET /apiv1/mesh': Read<Mesh>;
  'DELETE /apiv1/mesh': Accepted<Mesh>;
  'POST /apiv1/mesh/rotate-tokens': Read<string>;
  'POST /apiv1/domain': Created<Domain>;
  'GET /apiv1/domains': Read<readonly Domain[]>;
  'GET /apiv1/domain/{name}': Read<Domain>;
  'DELETE /apiv1/domain/{name}': Accepted<string>;
  'PUT /apiv1/router': Accepted<Router>;
  'GET /apiv1/router': Read<Router>;
  'DELETE /apiv1/router': Accepted<string>;
  'GET /apiv1/audit': Read<readonly AuditEntry[]>;
  'GET /apiv1/audit/verify': Read<AuditVerdict>;
  'GET /apiv1/audit/recordings': Read<readonly Recording[]>;
  'GET /apiv1/audit/recording/{recording}': Lines<RecordingLine>;
  'GET /apiv1/audit/export': Lines<{ readonly audit_head: AuditHead } | AuditBlock>;
  'GET /apiv1/backup': { readonly 200: { readonly 'application/x-ndjson': BackupLine } };
  'POST /apiv1/restore': Read<Restored>;
}

/** OpenAPI 3.1. */
type OpenApiDocument = Readonly<Record<string, unknown>>;
