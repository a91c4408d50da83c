import { attachmentsOf, type ImageConfig } from './image-config.ts';
import { isPredefinedNetwork } from './network.ts';

type Named = Partial<Pick<ImageConfig, 'network_mode' | 'networks' | 'docker'>>;

/** The named volumes of an image config, without duplicates. */
export function namedVolumes({ volumes = [], mounts = [] }: Pick<ImageConfig, 'volumes' | 'mounts'>): string[] {
  const ofPaths = volumes.flatMap((volume) => {
    const [source = '', target] = volume.split(':');
    return target === undefined || source.startsWith('/') ? [] : [source];
  });
  const ofMounts = mounts.flatMap(({ type, source = '' }) => (type === 'volume' && source !== '' ? [source] : []));
  return [...new Set([...ofPaths, ...ofMounts])];
}

/** The host paths that an image config mounts, without duplicates. */
export function hostPaths({ volumes = [], mounts = [] }: Pick<ImageConfig, 'volumes' | 'mounts'>): string[] {
  const ofPaths = volumes.flatMap((volume) => {
    const [source = '', target] = volume.split(':');
    return target !== undefined && source.startsWith('/') ? [source] : [];
  });
  const ofMounts = mounts.flatMap(({ type, source = '' }) => (type === 'bind' && source !== '' ? [source] : []));
  return [...new Set([...ofPaths, ...ofMounts])];
}

/** The user-defined networks of an image config, without duplicates. */
export function namedNetworks({ network_mode: mode = '', networks = [], docker = {} }: Named): string[] {
  const ofMode = mode === '' || mode.includes(':') ? [] : [mode];
  const { NetworkingConfig: networking } = docker;
  const endpoints = isObject(networking) && isObject(networking.EndpointsConfig) ? networking.EndpointsConfig : {};
  const all = [...ofMode, ...attachmentsOf({ networks }).map(({ name }) => name), ...Object.keys(endpoints)];
  return [...new Set(all)].filter((name) => !isPredefinedNetwork(name));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The images that a container needs: its own, and images that it mounts. */
export function neededImages({ name, mounts = [] }: Partial<Pick<ImageConfig, 'name' | 'mounts'>>): string[] {
  const mounted = mounts.flatMap(({ type, source = '' }) => (type === 'image' && source !== '' ? [source] : []));
  return [...(name === undefined ? [] : [name]), ...mounted];
}
