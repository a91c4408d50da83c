import { isIP } from 'node:net';
import { meshLabel, type SwarmNode, type SwarmState } from '../../model/mesh.ts';
import type { IngressPort, SwarmView } from '../../model/swarm.ts';
import { readProtocol } from './ports.ts';
import { cleanLine, type Fields, fieldsOf, firstOf, wrong } from './shape.ts';

/** A swarm has few managers; more than this many are not looked up. */
const maximumManagers = 100;
const states = ['inactive', 'pending', 'active', 'error', 'locked'] as const;
/** What one swarm can publish of a protocol. */
const maximumPorts = 65_536;

/** What Docker's info tells of a swarm; undefined where the engine is in none, or the answer makes no sense. */
export function toSwarmView(info: unknown): (SwarmView & { readonly isManager: boolean }) | undefined {
  const { LocalNodeState, NodeID, ControlAvailable, RemoteManagers } = objectOr(objectOr(info).Swarm);
  if (LocalNodeState !== 'active' || !isNodeId(NodeID)) return undefined;
  const isManager = ControlAvailable === true;
  const known = Array.isArray(RemoteManagers) ? RemoteManagers.slice(0, maximumManagers) : [];
  const managers = known.map((each) => objectOr(each).NodeID).filter(isNodeId);
  return { node: NodeID, isManager, managers: [...new Set(isManager ? [NodeID, ...managers] : managers)].sort() };
}

/** The ports of mode `ingress` in Docker's list of services. A service that makes no sense is left out. */
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

/** How an engine stands to a swarm. */
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

/** A node, as a manager lists it. */
export function toSwarmNode(node: unknown): SwarmNode {
  const { ID, Spec, Status, ManagerStatus } = fieldsOf(node, 'a node');
  if (!isNodeId(ID)) throw wrong('ID', ID, 'the id of a node');
  const { State, Addr } = objectOr(Status);
  // A manager says of itself that it is everywhere.
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

/** The mesh that a swarm was made for; '' of another one. */
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
