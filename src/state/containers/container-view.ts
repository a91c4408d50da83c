import { readLabels } from '../../labels/read-labels.ts';
import type { BoundPorts, ContainerDetail, ContainerState, ContainerSummary } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { agedStatus } from '../aged-status.ts';
import type { Cluster } from '../cluster.ts';
import type { KnownContainer } from '../known-container.ts';
import { describeImage } from './describe-image.ts';
import type { Details } from './engine-details.ts';

/** What of a container stays as it is until something happens to it. */
export interface SteadyFields {
  readonly id: string;
  /** With Docker's leading slash. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly state: ContainerState;
  readonly exitCode: number | undefined;
  readonly ports: BoundPorts;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Defaults from the image and the engine are not known yet. */
  readonly isPresumed: boolean;
  /** Why some fields are unknown: the engine's answer was invalid or missing. */
  readonly unclear: string | undefined;
}

/** A container as all doors show it, in citadel's shape. */
export interface Container extends SteadyFields {
  /** The same object until one of these fields changes. */
  readonly steady: SteadyFields;
  readonly engine: EngineRecord;
  /** From the engine's list, see ContainerSummary; before that, the status of a newly started container. */
  readonly status: string | undefined;
  /** RFC 3339: when all of this was last confirmed. Undefined: known from its record only. */
  readonly observedAt: string | undefined;
  /** Its engine is unreachable: this may be out of date. */
  readonly isStale: boolean;
}

/** What the steady fields are made of. */
interface ContainerSources {
  readonly asked: ImageConfig | undefined;
  readonly inspected: ContainerDetail | undefined;
  /** Why it was not inspected. */
  readonly failure: string | undefined;
  readonly engineCpus: number;
}

/** The known containers of an engine as all doors show them, unsorted. `isSilent`: a query just failed. */
export class EngineView {
  readonly engine: EngineRecord;
  readonly #cluster: Cluster;
  readonly #details: Details;
  /** When the engine last answered, in milliseconds since 1970 and as RFC 3339; NaN and '' if it never did. */
  readonly #answered: { readonly at: number; readonly time: string };
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
    const { confirmedAt, reportedAt } = known;
    const steady = this.#steadyFields(known);
    const words = statusOf(known);
    return {
      id: steady.id,
      name: steady.name,
      image: steady.image,
      state: steady.state,
      exitCode: steady.exitCode,
      ports: steady.ports,
      createdAt: steady.createdAt,
      isPresumed: steady.isPresumed,
      unclear: steady.unclear,
      steady,
      engine: this.engine,
      status: words === undefined ? undefined : agedStatus(words, this.#now - reportedAt),
      observedAt: confirmedAt > 0 ? this.#confirmed(confirmedAt) : undefined,
      isStale: this.#isStale,
    };
  }

  /** Returns the same object until something changes. */
  #steadyFields({ summary, detail, failure }: KnownContainer): SteadyFields {
    const last = kept.get(summary);
    const inspected = detail ?? this.#details.get(summary.id);
    const revision = this.#cluster.cache.reservationRevision;
    const isAskedKnown = last?.revision === revision && last.engine === this.engine;
    const source = {
      asked: isAskedKnown ? last.asked : askedFor(this.#cluster, summary, this.engine),
      inspected,
      failure: inspected ? undefined : (this.#details.failure(summary.id)?.message ?? failure),
      engineCpus: this.engine.cpus,
    };
    if (last && isSameSource(last, source)) {
      last.revision = revision;
      last.engine = this.engine;
      return last.steady;
    }
    const steady = makeSteady(summary, source);
    kept.set(summary, { ...source, revision, engine: this.engine, steady });
    return steady;
  }

  /** A state without later changes was still valid when its engine last answered. */
  #confirmed(confirmedAt: number): string {
    const { at, time } = this.#answered;
    return at >= confirmedAt ? time : new Date(confirmedAt).toISOString();
  }
}

/** Its engine was not queried since its start: it started just now. */
function statusOf({ summary, confirmedAt }: KnownContainer): string | undefined {
  const { status, state } = summary;
  return status ?? (confirmedAt === 0 && state === 'running' ? 'Up Less than a second' : undefined);
}

interface Kept extends ContainerSources {
  /** Of the reservations, and the engine, from which `asked` was found. */
  revision: object;
  engine: EngineRecord;
  readonly steady: SteadyFields;
}

/** By summary. Without it, a list of thousands spends most of its time on unchanged containers. */
const kept = new WeakMap<ContainerSummary, Kept>();

function isSameSource(a: ContainerSources, b: ContainerSources): boolean {
  const isSame = a.asked === b.asked && a.inspected === b.inspected;
  return isSame && a.failure === b.failure && a.engineCpus === b.engineCpus;
}

/**
 * The reported container as an image config; `type`, `labels` and other fields that an engine does not know are those
 * requested. Foreign containers have no type, except citadel's.
 */
function makeSteady(container: ContainerSummary, source: ContainerSources): SteadyFields {
  const { inspected, failure } = source;
  const reasons = [container.unclear, inspected ? inspected.unclear : failure].filter((each) => each !== undefined);
  return {
    id: container.id,
    name: `/${container.name}`,
    image: describeImage(container, source),
    state: container.state,
    exitCode: container.exitCode,
    ports: container.ports,
    createdAt: container.createdAt,
    isPresumed: inspected === undefined,
    unclear: reasons.length > 0 ? reasons.join('; ') : undefined,
  };
}

/** The requested image config of a container of Satsuma, from its record or its labels. */
function askedFor(
  { cache, installation }: Pick<Cluster, 'cache' | 'installation'>,
  container: ContainerSummary,
  engine: EngineRecord,
): ImageConfig | undefined {
  let isRecorded = false;
  for (const { value } of cache.recordsOf(container.id)) {
    if (value.engineId !== engine.id) continue;
    if (!value.isForeign) return value.image;
    isRecorded = true;
  }
  if (isRecorded) return undefined;
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
