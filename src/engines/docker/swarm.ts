import { isIP } from 'node:net';
import { meshLabel, type SwarmNode, type SwarmState } from '../../model/mesh.ts';
import type { IngressPort, SwarmView } from '../../model/swarm.ts';
import { readProtocol } from './ports.ts';
import { cleanLine, type Fields, fieldsOf, firstOf, wrong } from './shape.ts';

/** A bound on the managers that are read; a swarm has few. */
const maximumManagers = 100;
const states = ['inactive', 'pending', 'active', 'error', 'locked'] as const;
/** The maximum number of ports per protocol. */
const maximumPorts = 65_536;

/** The swarm membership in Docker's info; undefined if the engine is in no swarm, or the answer is invalid. */
export function toSwarmView(info: unknown): (SwarmView & { readonly isManager: boolean }) | undefined {
  const { LocalNodeState, NodeID, ControlAvailable, RemoteManagers } = objectOr(objectOr(info).Swarm);
  if (LocalNodeState !== 'active' || !isNodeId(NodeID)) return undefined;
  const isManager = ControlAvailable === true;
  const known = Array.isArray(RemoteManagers) ? RemoteManagers.slice(0, maximumManagers) : [];
  const managers = known.map((each) => objectOr(each).NodeID).filter(isNodeId);
  return { node: NodeID, isManager, managers: [...new Set(isManager ? [NodeID, ...managers] : managers)].sort() };
}

/** The ports of mode `ingress` in Docker's list of services. Invalid services are skipped. */
export function toIngressPorts(services: unknown): IngressPort[] {
  const ports = firstOf(services, 'the list of services').entries.flatMap((service) => {
    const { Spec, Endpoint } = objectOr(service);
    const { Ports } = objectOr(Endpoint);
    const name = cleanLine(objectOr(Spec).Name);
    return (Array.isArray(Ports) ? Ports : []).flatMap((port) => ingressPort(port, name));
  });
  return ports.slice(0, maximumPorts).sort((a, b) => a.port - b.port || (a.proto < b.proto ? -1 : 1));
}

function ingressPort(value: unknown, service: string): IngressPort[] {
  const { Protocol, PublishedPort, PublishMode } = objectOr(value);
  if (PublishMode === 'host' || !isPort(PublishedPort)) return [];
  return [{ proto: readProtocol(String(Protocol)), port: PublishedPort, service }];
}

/** Maps an engine's swarm state. */
export function toSwarmState(info: unknown): SwarmState {
  const { Swarm, LiveRestoreEnabled } = fieldsOf(info, 'the answer');
  const { LocalNodeState, NodeID, ControlAvailable, Error: error } = objectOr(Swarm);
  const reason = cleanLine(error);
  return {
    state: states.find((state) => state === LocalNodeState) ?? 'inactive',
    node: isNodeId(NodeID) ? NodeID : '',
    isManager: ControlAvailable === true,
    ...(reason !== '' && { error: reason }),
    isLiveRestore: LiveRestoreEnabled === true,
  };
}

/** Maps a node of a manager's list. */
export function toSwarmNode(node: unknown): SwarmNode {
  const { ID, Spec, Status, ManagerStatus } = fieldsOf(node, 'a node');
  if (!isNodeId(ID)) throw wrong('ID', ID, 'the id of a node');
  const { State, Addr } = objectOr(Status);
  // A manager reports the wildcard as its own address.
  const address =
    typeof Addr === 'string' && isIP(Addr) !== 0 && Addr !== '0.0.0.0' && Addr !== '::' ? Addr : undefined;
  return {
    ...(address !== undefined && { address }),
    id: ID,
    isReady: State === 'ready',
    isManager: objectOr(Spec).Role === 'manager',
    isVoting: typeof ManagerStatus === 'object' && ManagerStatus !== null,
  };
}

/** The id of the mesh that a swarm was created for; '' for another swarm. */
export function toMesh(swarm: unknown): string {
  const { Labels } = objectOr(fieldsOf(swarm, 'the answer').Spec);
  return cleanLine(objectOr(Labels)[meshLabel]);
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 65_535;
}

export function isNodeId(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9]{1,64}$/.test(value);
}

function objectOr(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
