import { bareName } from '../model/bare-name.ts';
import type { ContainerState } from '../model/container.ts';
import { projectOf } from '../model/image-config.ts';
import { canonicalImageName } from '../model/image-name.ts';
import type { ListedContainer } from './container.ts';

interface ContainerFilter {
  readonly matches: (container: ListedContainer, value: string) => boolean;
  /** The values that there are; others are refused. */
  readonly values?: readonly string[];
  /** Of a key that is given twice: every value has to match, and not just one. */
  readonly isEvery?: boolean;
}

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] satisfies ContainerState[];

/** Docker's filters of containers, and the engine and the project: of the command line and of the web page. */
export const containerFilters = {
  id: { matches: ({ id }, value) => id.startsWith(value) },
  name: { matches: ({ name }, value) => isNamed(bareName(name), value) },
  status: { matches: ({ state }, value) => state === value, values: states },
  ancestor: { matches: ({ image }, value) => canonicalImageName(image.name) === canonicalImageName(value) },
  /** The whole label, or its key. */
  label: {
    matches: (container, value) =>
      labelsOf(container).some((label) => label === value || label.startsWith(`${value}=`)),
    isEvery: true,
  },
  engine: { matches: ({ engine }, value) => engine.id === value },
  project: { matches: ({ image }, value) => projectOf(image) === value },
  exited: { matches: ({ state, exit_code }, value) => state === 'exited' && String(exit_code) === value },
  network: { matches: (container, value) => networksOf(container).includes(value) },
  publish: { matches: ({ ports }, value) => ports.some((each) => isPort(each, value)) },
  volume: {
    matches: (container, value) => mountsOf(container).some((places) => places.includes(value)),
  },
} satisfies Readonly<Record<string, ContainerFilter>>;

export type ContainerFilterKey = keyof typeof containerFilters;

/** What `status=exited` and `exited=1` ask for does not run. */
export function asksForStopped({ status = [], exited = [] }: Readonly<Record<string, readonly string[]>>): boolean {
  return status.length > 0 || exited.length > 0;
}

/** As docker: a part of it, and with `^` or `$` its beginning or its end. */
function isNamed(name: string, value: string): boolean {
  const text = bareName(value.replace(/^\^/, '').replace(/\$$/, ''));
  const [isStart, isEnd] = [value.startsWith('^'), value.endsWith('$')];
  if (isStart && isEnd) return name === text;
  return isStart ? name.startsWith(text) : isEnd ? name.endsWith(text) : name.includes(text);
}

export function portsOf({ ports }: ListedContainer): string {
  return ports.map((each) => `${each.host_ip}:${each.port}->${each.container_port}/${each.proto}`).join(', ');
}

/** Those that it asks of an engine, and its own. */
export function labelsOf({ image: { labels = [], container_labels = {} } }: ListedContainer): string[] {
  return [...labels, ...Object.entries(container_labels).map(([key, value]) => `${key}=${value}`)];
}

/** Docker's own, where none was asked for. */
const defaultNetwork = 'bridge';

export function networksOf({ image: { networks, network_mode: mode = defaultNetwork } }: ListedContainer): string[] {
  if (networks) return networks.map((each) => (typeof each === 'string' ? each : each.name));
  return mode.startsWith('container:') ? [] : [mode === 'default' ? defaultNetwork : mode];
}

/** The name of a volume or a path of the engine, empty where the engine names it; and where it is in the container. */
export function mountsOf({ image: { volumes = [], mounts = [] } }: ListedContainer): (readonly [string, string])[] {
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
