import type Docker from 'dockerode';
import type { ContainerState, ContainerSummary } from '../model/container.ts';
import { readProtocol, tidyPorts } from './docker-ports.ts';

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

/** An entry of Docker's container list. */
export function toContainerSummary(entry: Docker.ContainerInfo): ContainerSummary {
  return {
    id: entry.Id,
    name: nameOf(entry.Names ?? []),
    imageName: entry.Image,
    state: states.get(entry.State) ?? 'dead',
    labels: entry.Labels ?? {},
    ports: tidyPorts((entry.Ports ?? []).flatMap(toPort)),
    createdAt: new Date(entry.Created * 1000).toISOString(),
  };
}

/** A link gives a container one more name, in the other's: `/web/db`. A container in removal may have none at all. */
function nameOf(names: readonly string[]): string {
  const bare = names.map((name) => name.replace(/^\//, ''));
  return bare.find((name) => !name.includes('/')) ?? bare[0] ?? '';
}

/** A port without a public one is exposed only, and not bound. */
function toPort({ IP, PrivatePort, PublicPort, Type }: Docker.Port): ContainerSummary['ports'] {
  if (!PublicPort) return [];
  return [{ proto: readProtocol(Type), host_ip: IP || '0.0.0.0', port: PublicPort, container_port: PrivatePort }];
}
