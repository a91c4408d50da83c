import type { ContainerState, ContainerSummary } from '../model/container.ts';
import { Nonsense } from './docker-failures.ts';
import { readProtocol, tidyPorts } from './docker-ports.ts';
import {
  addressOf,
  containerIdOf,
  type Fields,
  fieldsOf,
  integerOf,
  lineOf,
  listOf,
  portOf,
  textOf,
} from './docker-shape.ts';

/** Docker's words are ours; the others are Podman's. A word that is neither is a state that nobody can rely on. */
const states: ReadonlyMap<string, ContainerState> = new Map([
  ['created', 'created'],
  ['running', 'running'],
  ['paused', 'paused'],
  ['restarting', 'restarting'],
  ['removing', 'removing'],
  ['exited', 'exited'],
  ['dead', 'dead'],
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['stopped', 'exited'],
]);

/** Seconds: what RFC 3339 can write. Docker gives the first of them where it does not know. */
const times = { least: -62_135_596_800, most: 253_402_300_799 };

/** Docker's container list. Throws Nonsense. */
export function toContainerSummaries(answer: unknown): ContainerSummary[] {
  const summaries = listOf(answer, 'the answer').map(toContainerSummary);
  if (new Set(summaries.map(({ id }) => id)).size < summaries.length) throw new Nonsense('it has an ID twice');
  return summaries;
}

/** An entry of it. Throws Nonsense. */
export function toContainerSummary(entry: unknown): ContainerSummary {
  const { Id, Names, Image, State, Status, Labels, Ports, Created } = fieldsOf(entry, 'an entry');
  return {
    id: containerIdOf(Id, 'Id'),
    name: nameOf(listOf(Names ?? [], 'Names').map((name) => lineOf(name, 'a name'))),
    imageName: lineOf(Image, 'Image'),
    state: states.get(lineOf(State, 'State')) ?? 'dead',
    // A list tells it in words only: `Up 2 minutes (unhealthy)`.
    ...(lineOf(Status ?? '', 'Status').endsWith('(unhealthy)') && { isUnhealthy: true }),
    labels: toLabels(fieldsOf(Labels ?? {}, 'Labels')),
    ports: tidyPorts(listOf(Ports ?? [], 'Ports').flatMap(toPort)),
    createdAt: new Date(integerOf(Created, 'Created', times) * 1000).toISOString(),
  };
}

/** Entries, not assignments: a label may be named `__proto__`. */
function toLabels(labels: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, textOf(value, 'a label')]));
}

/** A link gives a container one more name, in the other's: `/web/db`. A container in removal may have none at all. */
function nameOf(names: readonly string[]): string {
  const bare = names.map((name) => name.replace(/^\//, ''));
  return bare.find((name) => !name.includes('/')) ?? bare[0] ?? '';
}

/** A port without a public one is exposed only, and not bound. */
function toPort(entry: unknown): ContainerSummary['ports'] {
  const { IP, PrivatePort, PublicPort, Type } = fieldsOf(entry, 'an entry of Ports');
  const port = portOf(PublicPort ?? 0, 'PublicPort');
  if (port === 0) return [];
  return [
    {
      proto: readProtocol(lineOf(Type, 'Type')),
      host_ip: addressOf(IP ?? '', 'IP') || '0.0.0.0',
      port,
      container_port: portOf(PrivatePort, 'PrivatePort'),
    },
  ];
}
