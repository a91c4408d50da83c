import { readLabels } from '../../labels/read-labels.ts';
import type { BoundPorts, ContainerDetail, ContainerState, ContainerSummary } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { agedStatus } from '../aged-status.ts';
import type { Cluster } from '../cluster.ts';
import type { KnownContainer } from '../known-container.ts';
import { imageOf } from './describe-image.ts';
import type { Details } from './engine-details.ts';

/** A container as all doors show it, in citadel's shape. */
export interface Container {
  readonly id: string;
  /** With Docker's leading slash. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly engine: EngineRecord;
  readonly state: ContainerState;
  /** From the engine's list, see ContainerSummary; before that, the status of a newly started container. */
  readonly status?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly ports: BoundPorts;
  /** RFC 3339. */
  readonly createdAt: string;
  /** RFC 3339: when all of this was last confirmed. Undefined: known from its record only. */
  readonly observedAt?: string | undefined;
  /** Its engine is unreachable: this may be out of date. */
  readonly isStale: boolean;
  /** Defaults from the image and the engine are not known yet. */
  readonly isPresumed: boolean;
  /** Why some fields are unknown: the engine's answer was invalid or missing. */
  readonly unclear?: string | undefined;
}

interface ContainerSources {
  readonly asked: ImageConfig | undefined;
  readonly inspected: ContainerDetail | undefined;
  /** Why it was not inspected. */
  readonly failure: string | undefined;
  /** When its engine last answered, in milliseconds since 1970 and as RFC 3339; NaN and '' if it never did. */
  readonly answered: { readonly at: number; readonly time: string };
  readonly isStale: boolean;
  readonly now: number;
}

/** The known containers of an engine as all doors show them, unsorted. `isSilent`: a query just failed. */
export class EngineView {
  readonly engine: EngineRecord;
  readonly #cluster: Cluster;
  readonly #details: Details;
  readonly #answered: ContainerSources['answered'];
  readonly #isStale: boolean;
  readonly #now: number;

  constructor(cluster: Cluster, engine: EngineRecord, isSilent = false) {
    this.#cluster = cluster;
    this.engine = engine;
    this.#details = cluster.details.engine(engine.id);
    this.#now = cluster.clock.now();
    const { observedAt: time } = cluster.cache.observation(engine.id);
    this.#answered = { at: Date.parse(time), time };
    this.#isStale = isSilent || engine.condition === 'down';
  }

  show(known: KnownContainer): Container {
    const { summary, detail, failure } = known;
    const inspected = detail ?? this.#details.get(summary.id);
    return viewContainer(this.engine, known, {
      asked: askedFor(this.#cluster, summary, this.engine),
      inspected,
      failure: inspected ? undefined : (this.#details.failure(summary.id)?.message ?? failure),
      answered: this.#answered,
      isStale: this.#isStale,
      now: this.#now,
    });
  }
}

/**
 * The reported container as an image config; `type`, `labels` and other fields that an engine does not know are those
 * requested. Foreign containers have no type, except citadel's.
 */
function viewContainer(
  engine: EngineRecord,
  { summary: container, reportedAt, confirmedAt }: KnownContainer,
  { asked, inspected, failure, answered, isStale, now }: ContainerSources,
): Container {
  // Its engine was not queried since its start.
  const words =
    container.status ?? (confirmedAt === 0 && container.state === 'running' ? 'Up Less than a second' : undefined);
  const doubts = [container.unclear, inspected ? inspected.unclear : failure].filter((each) => each !== undefined);
  // A state without later changes was still valid when its engine last answered.
  const isLater = !(answered.at >= confirmedAt);
  const observedAt = isLater ? new Date(confirmedAt).toISOString() : answered.time;
  return {
    id: container.id,
    name: `/${container.name}`,
    image: imageOf(container, { asked, inspected, engineCpus: engine.cpus }),
    engine,
    state: container.state,
    status: words === undefined ? undefined : agedStatus(words, now - reportedAt),
    exitCode: container.exitCode,
    ports: container.ports,
    createdAt: container.createdAt,
    observedAt: confirmedAt > 0 ? observedAt : undefined,
    isStale,
    isPresumed: inspected === undefined,
    unclear: doubts.length > 0 ? doubts.join('; ') : undefined,
  };
}

/** The requested image config of a container of Satsuma, from its record or its labels. */
function askedFor(
  { cache, installation }: Pick<Cluster, 'cache' | 'installation'>,
  container: ContainerSummary,
  engine: EngineRecord,
): ImageConfig | undefined {
  const records = cache.reservationsOf(container.id).filter((each) => each.engineId === engine.id);
  if (records.length > 0) return records.find(({ isForeign }) => !isForeign)?.image;
  const evidence = readLabels(installation, container, engine);
  if (evidence.kind === 'foreign') return undefined;
  const { id, image } = evidence.reservation;
  // Its labels may be copied from another container.
  return cache.record(id)?.value.containerId === undefined ? image : undefined;
}

/** The containers that `docker ps` shows without `-a`. */
export function isAlive({ state }: Pick<ContainerSummary, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}
