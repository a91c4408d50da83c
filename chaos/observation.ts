import { reservationLabel } from '../src/labels/container-labels.ts';
import type { Claim } from '../src/model/claim.ts';
import type { Reservation } from '../src/model/reservation.ts';
import type { Store } from '../src/store/store.ts';
import { ask } from './ask.ts';
import type { TestCluster } from './test-cluster.ts';

/** A container as reported by its engine. */
export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** From its labels; undefined: not one of ours. */
  readonly reservationId: string | undefined;
  readonly claims: readonly Claim[];
  /** The tag of its request. */
  readonly tag: string | undefined;
  /** For a container of a service: its replica. */
  readonly replica?: { readonly service: string; readonly slot: string; readonly version: string | undefined };
}

export interface FoundEngine {
  readonly id: string;
  /** Its capacity by claim key. */
  readonly limits: Readonly<Record<string, number>>;
  readonly containers: readonly FoundContainer[];
  readonly reservations: readonly Reservation[];
  readonly sums: Readonly<Record<string, number>>;
}

/** The containers and engines that a server lists. */
export interface View {
  readonly server: number;
  /** Undefined: it gave no answer. */
  readonly containerIds: readonly string[] | undefined;
  /** Engine id to status. */
  readonly engines: Readonly<Record<string, string>>;
}

export interface Found {
  readonly engines: readonly FoundEngine[];
  readonly views: readonly View[];
  /** Manually created containers that are gone. */
  readonly missingForeignContainers: readonly string[];
}

/** Reads the state directly from the engines and the store, and each server's view of it. */
export async function observeCluster(testCluster: TestCluster, store: Store): Promise<Found> {
  const engines = await Promise.all(
    testCluster.engines.map((_, index) => observeEngine(testCluster, store, index + 1)),
  );
  const views = await Promise.all(testCluster.servers.map(({ n, address }) => viewOf(n, address)));
  return { engines, views, missingForeignContainers: testCluster.foreignContainers.missing };
}

async function observeEngine({ lab, engines }: TestCluster, store: Store, n: number): Promise<FoundEngine> {
  const engine = engines[n - 1];
  if (!engine) throw new Error(`no engine ${n}`);
  const { body } = await lab.request(n, { path: '/containers/json?all=true' });
  const [reservations, sums] = [await store.reservations(engine.id), await store.sums(engine.id)];
  return {
    id: engine.id,
    limits: { cpu: 1000 * engine.cpus, memory: engine.memory },
    containers: (JSON.parse(body) as DockerContainer[]).map(toFound),
    reservations: reservations.map(({ value }) => value),
    sums: Object.fromEntries(sums),
  };
}

interface DockerContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

function toFound({ Id, Names, State, Labels }: DockerContainer): FoundContainer {
  const image = JSON.parse(Labels['satsuma.image'] ?? '{}') as {
    user_data?: { chaos?: string[]; version?: string[] };
  };
  const { 'satsuma.service': service, 'satsuma.slot': slot = '' } = Labels;
  return {
    id: Id,
    name: Names[0]?.slice(1) ?? '',
    state: State,
    reservationId: Labels[reservationLabel],
    claims: claimsOf(Labels['satsuma.claims'] ?? '[]', State),
    tag: image.user_data?.chaos?.[0],
    ...(service !== undefined && { replica: { service, slot, version: image.user_data?.version?.[0] } }),
  };
}

/** A stopped container holds only its name. */
function claimsOf(label: string, state: string): Claim[] {
  const claims = JSON.parse(label) as Claim[];
  return state === 'exited' || state === 'dead' ? claims.filter(({ key }) => key.startsWith('name/')) : claims;
}

async function viewOf(server: number, address: string): Promise<View> {
  const listed = await ask(address, 'GET', 'containers?all=true');
  const engines = await ask(address, 'GET', 'engines');
  const statuses = (engines.body.data ?? []) as { id: string; status: string }[];
  return {
    server,
    containerIds: listed.status === 200 ? (listed.body.data as { id: string }[]).map(({ id }) => id) : undefined,
    engines: Object.fromEntries(engines.status === 200 ? statuses.map(({ id, status }) => [id, status]) : []),
  };
}
