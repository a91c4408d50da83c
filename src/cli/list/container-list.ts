import type { ListedContainer } from '../../api/container.ts';
import { bareName } from '../../model/bare-name.ts';
import type { ContainerState } from '../../model/container.ts';
import { projectOf } from '../../model/image-config.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import { ageText } from '../age.ts';
import { equals, type List, labelled } from './list.ts';

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] satisfies ContainerState[];

/** Docker's fields and filters, and the engine. */
export const containerList: List<ListedContainer> = {
  columns: [
    { title: 'ID', field: 'ID', kind: 'id', value: ({ id }) => id },
    { title: 'NAME', field: 'Names', value: ({ name }) => bareName(name) },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image.name },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine.id },
    {
      ...{ title: 'STATE', field: 'State', kind: 'state' },
      value: ({ state, unclear, stale }) =>
        `${state}${unclear === undefined ? '' : ' (unclear)'}${stale ? ' (stale)' : ''}`,
    },
    { title: 'STATUS', field: 'Status', kind: 'detail', isOptional: true, value: ({ status = '' }) => status },
    { title: 'PORTS', field: 'Ports', kind: 'words', value: portsOf },
    { title: 'COMMAND', field: 'Command', only: 'wide', value: commandOf },
    { title: 'CREATED', field: 'RunningFor', only: 'wide', value: ({ created_at }) => ageText(created_at) },
    { title: 'ADDRESS', field: 'Address', only: 'wide', value: ({ engine }) => engine.addr },
    { title: 'LABELS', field: 'Labels', only: 'wide', value: (container) => labelsOf(container).join(',') },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'format', value: ({ created_at }) => created_at },
    {
      ...{ title: 'MOUNTS', field: 'Mounts', only: 'format' },
      value: (container) =>
        mountsOf(container)
          .flatMap(([source]) => source || [])
          .join(','),
    },
    { title: 'NETWORKS', field: 'Networks', only: 'format', value: (container) => networksOf(container).join(',') },
  ],
  nameOf: ({ name }) => bareName(name),
  quiet: { what: 'ids', of: ({ id }) => id, areIds: true },
  maps: { Label: ({ image }) => image.container_labels ?? {} },
  filters: {
    id: { matches: ({ id }, value) => id.startsWith(value) },
    name: { matches: ({ name }, value) => isNamed(bareName(name), value) },
    status: equals(({ state }) => state, states),
    ancestor: { matches: ({ image }, value) => canonicalImageName(image.name) === canonicalImageName(value) },
    label: labelled(labelsOf),
    engine: equals(({ engine }) => engine.id),
    project: equals(({ image }) => projectOf(image)),
    exited: equals(({ state, exit_code }) => (state === 'exited' ? String(exit_code) : '')),
    network: { matches: (container, value) => networksOf(container).includes(value) },
    publish: { matches: ({ ports }, value) => ports.some((each) => isPort(each, value)) },
    volume: {
      matches: (container, value) => mountsOf(container).some((places) => places.includes(value)),
    },
  },
};

/** Filters that match stopped containers. */
export function asksForStopped({ status = [], exited = [] }: Readonly<Record<string, readonly string[]>>): boolean {
  return status.length > 0 || exited.length > 0;
}

/** As in docker: a substring, anchored with `^` or `$`. */
function isNamed(name: string, value: string): boolean {
  const text = bareName(value.replace(/^\^/, '').replace(/\$$/, ''));
  const [isStart, isEnd] = [value.startsWith('^'), value.endsWith('$')];
  if (isStart && isEnd) return name === text;
  return isStart ? name.startsWith(text) : isEnd ? name.endsWith(text) : name.includes(text);
}

function portsOf({ ports }: ListedContainer): string {
  return ports.map((each) => `${each.host_ip}:${each.port}->${each.container_port}/${each.proto}`).join(', ');
}

function commandOf({ image: { entrypoint = [], args = [] } }: ListedContainer): string {
  return [...entrypoint, ...args].join(' ');
}

/** The labels that it requires of its engine, and its own. */
function labelsOf({ image: { labels = [], container_labels = {} } }: ListedContainer): string[] {
  return [...labels, ...Object.entries(container_labels).map(([key, value]) => `${key}=${value}`)];
}

/** Docker's default network. */
const defaultNetwork = 'bridge';

function networksOf({ image: { networks, network_mode: mode = defaultNetwork } }: ListedContainer): string[] {
  if (networks) return networks.map((each) => (typeof each === 'string' ? each : each.name));
  return mode.startsWith('container:') ? [] : [mode === 'default' ? defaultNetwork : mode];
}

/** The volume name or host path (empty for an anonymous volume), and the path in the container. */
function mountsOf({ image: { volumes = [], mounts = [] } }: ListedContainer): (readonly [string, string])[] {
  return [
    ...volumes.map((volume) => {
      const [source = '', target] = volume.split(':');
      return target === undefined ? (['', source] as const) : ([source, target] as const);
    }),
    ...mounts.map(({ source = '', target }) => [source, target] as const),
  ];
}

/** `80`, `80/udp`. */
function isPort({ port, proto }: ListedContainer['ports'][number], value: string): boolean {
  return value === String(port) || value === `${port}/${proto}`;
}
