import type { EngineRecord } from '../../model/engine.ts';
import { projectOf } from '../../model/image-config.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { askEngines, type EngineFailure, knownFailure } from '../../state/containers/ask-engines.ts';
import { type ContainerOrder, type Cursor, cursorOf, orderOf } from '../../state/containers/container-order.ts';
import { type Container, EngineView, isAlive } from '../../state/containers/container-view.ts';
import type { KnownContainer } from '../../state/known-container.ts';
import { enginesWithin, isContainerWithin } from '../../state/scopes.ts';

export interface ContainerFilter {
  /** Includes stopped ones. */
  readonly all?: boolean | undefined;
  readonly engine?: string | undefined;
  /** A label that the image config requires. */
  readonly label?: string | undefined;
  readonly image?: string | undefined;
  readonly state?: string | undefined;
  readonly project?: string | undefined;
  /** The caller's scope. */
  readonly scope?: Scope | undefined;
}

interface ContainerQuery extends ContainerFilter {
  /** Asks the engines first. */
  readonly consistent?: boolean | undefined;
  readonly sort?: ContainerOrder | undefined;
  /** Only containers after this one. */
  readonly after?: Cursor | undefined;
  readonly limit?: number | undefined;
}

export interface ContainerListing {
  /** Created one by one on demand, so that they are never all in memory. */
  readonly containers: Iterable<Container>;
  /** The cursor of the next page, if there is one; valid once all containers were read. */
  next(): string | undefined;
  /** Engines that do not answer: their containers are as last observed. */
  readonly errors: readonly EngineFailure[];
}

/** The containers of all engines or of one, from the cache. Throws `no_such_engine`. */
export async function listContainers(cluster: Cluster, query: ContainerQuery): Promise<ContainerListing> {
  const engines = enginesWithin(cluster, query.scope, query.engine);
  const errors = query.consistent
    ? await askEngines(cluster, engines, { all: wantsAll(query) })
    : engines.flatMap((engine) => knownFailure(cluster, engine) ?? []);
  const silent = new Set(errors.map(({ engine }) => engine));
  let last: string | undefined;
  return {
    errors,
    next: () => last,
    containers: page(cluster, engines, { query, silent, end: (cursor) => (last = cursor) }),
  };
}

interface Page {
  readonly query: ContainerQuery;
  readonly silent: ReadonlySet<string>;
  /** Called if there are more. */
  end(cursor: string): void;
}

function* page(cluster: Cluster, engines: readonly EngineRecord[], { query, silent, end }: Page): Generator<Container> {
  const order = orderOf(query.sort ?? 'engine');
  const views = new Map<string, EngineView>();
  const viewOf = (engineId: string) => {
    const view =
      views.get(engineId) ?? new EngineView(cluster, cluster.cache.engine(engineId).value, silent.has(engineId));
    views.set(engineId, view);
    return view;
  };
  let count = 0;
  let last: KnownContainer | undefined;
  for (const known of order.walk(cluster.cache.containers, engines, query.after)) {
    const { engineId, summary } = known;
    // It was removed since the list began.
    if (!mayBeSelected(summary, query) || !cluster.cache.hasEngine(engineId)) continue;
    if (!isContainerWithin(cluster, query.scope, known)) continue;
    const container = viewOf(engineId).show(known);
    if (!isSelected(container, query)) continue;
    if (last && count === query.limit) return end(cursorOf(query.sort ?? 'engine', last));
    yield container;
    count += 1;
    last = known;
  }
}

function wantsAll({ all, state }: ContainerFilter): boolean {
  return (all ?? false) || state !== undefined;
}

function mayBeSelected(summary: KnownContainer['summary'], filter: ContainerFilter): boolean {
  return filter.state === undefined ? wantsAll(filter) || isAlive(summary) : summary.state === filter.state;
}

function isSelected({ image }: Container, filter: ContainerFilter): boolean {
  if (filter.project !== undefined && projectOf(image) !== filter.project) return false;
  if (filter.label !== undefined && !image.labels?.includes(filter.label)) return false;
  return filter.image === undefined || canonicalImageName(image.name) === canonicalImageName(filter.image);
}
