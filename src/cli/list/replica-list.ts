import type { Address, Service } from '../../api/service.ts';
import { ageText } from '../age.ts';
import { lastWords, waitText } from '../wait-text.ts';
import { contains, equals, type List } from './list.ts';

/** Prefix of earlier replicas of a slot; docker uses a backslash. */
const pastMark = '|_ ';

/** A replica, an empty slot, or a replica that failed earlier. */
interface ReplicaRow {
  readonly replica: string;
  readonly generation: number | undefined;
  readonly state: string;
  readonly engine: string;
  readonly container: string;
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly reason: string;
  readonly isPast?: true;
}

export const replicaList: List<ReplicaRow> = {
  columns: [
    { title: 'REPLICA', field: 'Name', value: ({ replica, isPast }) => `${isPast ? pastMark : ''}${replica}` },
    {
      ...{ title: 'GENERATION', field: 'Generation', isOptional: true },
      value: ({ generation }) => (generation === undefined ? '' : String(generation)),
    },
    { title: 'STATE', field: 'CurrentState', kind: 'state', value: ({ state }) => state },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'CONTAINER', field: 'ID', kind: 'id', isOptional: true, value: ({ container }) => container },
    {
      title: 'ADDRESSES',
      field: 'Ports',
      isOptional: true,
      value: ({ addresses }) => addresses.map(textOf).join(', '),
    },
    { title: 'REASON', field: 'Error', kind: 'words', isOptional: true, value: ({ reason }) => reason },
    { title: 'NAME', field: 'ContainerName', only: 'wide', value: ({ name }) => name },
  ],
  nameOf: ({ replica }) => replica,
  quiet: { what: 'ids of the containers', of: ({ container }) => container, areIds: true },
  filters: {
    name: contains(({ replica }) => replica),
    id: { matches: ({ container }, value) => container.startsWith(value) },
    state: equals(({ state }) => state),
    engine: equals(({ engine }) => engine),
    node: equals(({ engine }) => engine),
  },
};

/** One row per replica, and one per empty slot with the reason. */
export function replicaRows({ name: service, status }: Service): ReplicaRow[] {
  const replicas = status.replicas.map(
    ({ slot, generation, state, engine, container, name, addresses, reason = '' }) => ({
      ...{
        replica: `${service}.${slot}`,
        generation,
        state,
        engine,
        container: container ?? '',
        name,
        addresses,
        reason,
      },
    }),
  );
  const waits = status.waiting.map((each) => ({
    ...{
      replica: `${service}.${each.slot}`,
      generation: undefined,
      state: 'waiting',
      engine: '',
      container: '',
      name: '',
    },
    ...{ addresses: [], reason: waitText(each) },
  }));
  return [...replicas, ...waits];
}

/** The same, followed by earlier failures of slots that are filled again, as in docker. */
export function replicaHistory(service: Service): ReplicaRow[] {
  const { name, status } = service;
  const isWaiting = new Set(status.waiting.map(({ slot }) => slot));
  // A replica lost with its engine has a row of its own, with the same reason.
  const shown = new Set(status.replicas.map(({ container }) => container));
  const past = status.last_failures
    .filter(({ slot, container }) => !isWaiting.has(slot) && !(container !== null && shown.has(container)))
    .map(({ slot, generation, engine, container, at, reason, log }) => ({
      ...{ replica: `${name}.${slot}`, generation, state: 'failed', engine, container: container ?? '', name: '' },
      ...{ addresses: [], reason: `${ageText(at)}: ${reason}${lastWords(log)}`, isPast: true as const },
    }));
  return [...replicaRows(service), ...past];
}

function textOf({ host, port, container_port, proto }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}->${container_port}/${proto}`;
}
