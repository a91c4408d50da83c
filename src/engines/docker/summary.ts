import { bareName } from '../../model/bare-name.ts';
import type { ContainerState, ContainerSummary } from '../../model/container.ts';
import type { ContainerList } from '../engine-client.ts';
import { InvalidResponse } from './failures.ts';
import { ParseProblems } from './parse-problems.ts';
import { boundedPorts, deduplicatePorts, readProtocol } from './ports.ts';
import {
  addressOf,
  containerIdOf,
  type Fields,
  fieldsOf,
  firstOf,
  integerOf,
  lineOf,
  listOf,
  maximumEntries,
  maximumPortEntries,
  portOf,
  textOf,
} from './shape.ts';

/** Satsuma uses Docker's states; the others are Podman's. */
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

/** The range of RFC 3339, in seconds. Docker uses the minimum for unknown times. */
const times = { min: -62_135_596_800, max: 253_402_300_799 };

/**
 * Maps Docker's container list. Of an invalid entry, the valid fields are used. A list beyond the limit is truncated,
 * stopped containers first: they only claim their names. Throws InvalidResponse if it is not a list.
 */
export function toContainerList(answer: unknown): ContainerList {
  const byId = new Map<string, ContainerSummary>();
  const { entries, rest } = firstOf(answer, 'the answer', isStopped);
  for (const entry of entries) {
    const summary = toContainerSummary(entry);
    if (!summary) continue;
    const other = byId.get(summary.id);
    byId.set(summary.id, other ? { ...other, unclear: 'its ID is listed twice' } : summary);
  }
  const list: ContainerSummary[] = [...byId.values()];
  const unnamed = entries.length - list.length;
  if (unnamed + rest === 0) return list;
  const reasons = [
    ...(unnamed > 0 ? ['entries of the container list do not tell which container they are about'] : []),
    ...(rest > 0 ? [`the container list has more than ${maximumEntries} entries`] : []),
  ];
  return Object.assign(list, { leftOut: unnamed + rest, unclear: reasons.join('; ') });
}

const stoppedStates: readonly unknown[] = ['created', 'exited', 'dead', 'configured', 'initialized', 'stopped'];

function isStopped(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'State' in entry && stoppedStates.includes(entry.State);
}

/** Maps one entry; undefined if it has no container id. */
export function toContainerSummary(entry: unknown): ContainerSummary | undefined {
  const problems = new ParseProblems();
  const fields = problems.read(() => fieldsOf(entry, 'an entry'), {});
  const { Id, Names, Image, State, Status, Labels, Ports, Created, NetworkSettings } = fields;
  const id = problems.read(() => containerIdOf(Id, 'Id'), undefined);
  if (id === undefined) return undefined;
  const names = problems.read(() => listOf(Names ?? [], 'Names'), []);
  const status = problems.line(Status ?? '', 'Status');
  const isUnhealthy = status.endsWith('(unhealthy)');
  const exitCode = exitCodeOf(status);
  const created = problems.read(() => integerOf(Created, 'Created', times), 0);
  const addresses = toAddresses(NetworkSettings);
  return {
    id,
    name: nameOf(problems.each(names, (name) => lineOf(name, 'a name'))),
    imageName: problems.line(Image, 'Image'),
    // Assumes the worst case: a running container holds all its claims.
    state: problems.read(() => stateOf(State), 'running'),
    ...(status !== '' && { status }),
    ...(exitCode !== undefined && { exitCode }),
    // A list only has it in the status text: `Up 2 minutes (unhealthy)`.
    ...(isUnhealthy && { isUnhealthy }),
    labels: toLabels(
      problems.read(() => fieldsOf(Labels ?? {}, 'Labels'), {}),
      problems,
    ),
    ports: toBoundPorts(
      problems.read(() => listOf(Ports ?? [], 'Ports', maximumPortEntries), []),
      problems,
    ),
    ...(addresses && { addresses }),
    createdAt: new Date(created * 1000).toISOString(),
    ...problems.marks(),
  };
}

/** Parses `Exited (3) 2 minutes ago` and `Restarting (1) 5 seconds ago`. */
function exitCodeOf(status: string): number | undefined {
  const [, code] = /^(?:Exited|Restarting) \((-?\d{1,10})\)/.exec(status) ?? [];
  return code === undefined ? undefined : Number(code);
}

function stateOf(value: unknown): ContainerState {
  const state = states.get(lineOf(value, 'State'));
  if (!state) throw new InvalidResponse('State is a word that is not known');
  return state;
}

/** Uses entries, not assignments: a label may be named `__proto__`. */
function toLabels(labels: Fields, problems: ParseProblems): Record<string, string> {
  const read = problems.each(Object.entries(labels), (pair) => {
    const [key, value] = pair as [string, unknown];
    return [key, textOf(value, 'a label')] as const;
  });
  return Object.fromEntries(read);
}

/** The container's own name: a link adds a second name, `/web/db`. A container in removal may have none. */
function nameOf(names: readonly string[]): string {
  const bare = names.map(bareName);
  return bare.find((name) => !name.includes('/')) ?? bare[0] ?? '';
}

function toBoundPorts(entries: readonly unknown[], problems: ParseProblems): ContainerSummary['ports'] {
  const ports = problems.each(entries, (entry) => toPort(fieldsOf(entry, 'an entry of Ports'), problems));
  return boundedPorts(deduplicatePorts(ports.flat()), problems);
}

/** Docker's own networks: their addresses are local to the engine. */
const dockersNetworks = ['bridge', 'host', 'none', 'ingress', 'docker_gwbridge'];
/** Per container; further addresses are dropped. */
const maxAddresses = 16;

/** Invalid addresses are omitted: only name resolution uses them. */
function toAddresses(settings: unknown): ContainerSummary['addresses'] {
  const problems = new ParseProblems();
  const { Networks } = problems.read(() => fieldsOf(settings ?? {}, 'NetworkSettings'), {});
  const networks = Object.entries(problems.read(() => fieldsOf(Networks ?? {}, 'Networks'), {}));
  const read = networks.slice(0, maxAddresses).flatMap(([name, endpoint]) => {
    const { IPAddress, GlobalIPv6Address } = problems.read(() => fieldsOf(endpoint ?? {}, 'a network'), {});
    const address = problems.read(() => addressOf(IPAddress || GlobalIPv6Address || '', 'IPAddress'), '');
    return address === '' || name.length > 128 || dockersNetworks.includes(name) ? [] : [[name, address] as const];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

/** A port without a public port is only exposed. */
function toPort({ IP, PrivatePort, PublicPort, Type }: Fields, problems: ParseProblems): ContainerSummary['ports'] {
  const port = portOf(PublicPort ?? 0, 'PublicPort');
  if (port === 0) return [];
  return [
    {
      proto: readProtocol(problems.line(Type, 'Type')),
      host_ip: problems.read(() => addressOf(IP ?? '', 'IP'), '') || '0.0.0.0',
      port,
      container_port: problems.read(() => portOf(PrivatePort, 'PrivatePort'), 0),
    },
  ];
}
