import { isSatsumaError } from '../../model/errors.ts';
import { meshLabel, meshPort, type SwarmNode, type SwarmState, type SwarmTokens } from '../../model/mesh.ts';
import type { SwarmJoin, SwarmOperations } from '../swarm-operations.ts';
import type { EngineCall } from './call-meanings.ts';
import { EngineHttpError } from './failures.ts';
import { askDocker, type DockerRequest } from './modem.ts';
import { fieldsOf, firstOf, lineOf } from './shape.ts';
import { isNodeId, toMesh, toSwarmNode, toSwarmState } from './swarm.ts';
import { DockerVolumes } from './volume-calls.ts';

/** Docker itself waits 20 s for a join. */
const joinMs = 30_000;

/** Calls about Docker's Swarm mode. */
export abstract class DockerSwarm extends DockerVolumes implements SwarmOperations {
  async readSwarm(): Promise<SwarmState> {
    const state = await this.#askSwarm('readSwarm', { method: 'GET', path: '/info' }, toSwarmState);
    if (!state.isManager) return state;
    const mesh = await this.#askSwarm('readSwarm', { method: 'GET', path: '/swarm' }, toMesh).catch(ignoreNoMajority);
    return { ...state, ...(mesh !== undefined && { mesh }) };
  }

  listSwarmNodes(): Promise<readonly SwarmNode[]> {
    return this.#askSwarm('listSwarmNodes', { method: 'GET', path: '/nodes' }, (answer) =>
      firstOf(answer, 'the list of nodes').entries.map(toSwarmNode),
    );
  }

  readSwarmTokens(): Promise<SwarmTokens> {
    return this.#askSwarm('readSwarmTokens', { method: 'GET', path: '/swarm' }, (answer) => {
      const { Worker, Manager } = fieldsOf(fieldsOf(answer, 'the answer').JoinTokens, 'JoinTokens');
      return { worker: lineOf(Worker, 'Worker'), manager: lineOf(Manager, 'Manager') };
    });
  }

  rotateSwarmTokens(): Promise<void> {
    return this.call('rotateSwarmTokens', {
      limitMs: this.deadlines.listMs,
      run: async (_, { signal }, connection) => {
        const swarm = fieldsOf(await askDocker(connection, signal, { method: 'GET', path: '/swarm' }), 'the answer');
        const { Index: version } = fieldsOf(swarm.Version, 'Version');
        // The whole specification is sent back: a missing field would be reset.
        const rotations = { rotateWorkerToken: true, rotateManagerToken: true };
        const query = { ...fieldsOf(swarm.Spec, 'Spec'), version, ...rotations };
        await askDocker(connection, signal, { method: 'POST', path: '/swarm/update', query });
      },
    });
  }

  initSwarm({ address, mesh }: { readonly address: string; readonly mesh: string }): Promise<void> {
    const Spec = { Labels: { [meshLabel]: mesh } };
    const query = { ...listening(address), Spec };
    return this.#askSwarm('initSwarm', { method: 'POST', path: '/swarm/init', query }, nothing, joinMs);
  }

  joinSwarm({ address, managers, token }: SwarmJoin): Promise<void> {
    const query = { ...listening(address), RemoteAddrs: [...managers], JoinToken: token };
    return this.#askSwarm('joinSwarm', { method: 'POST', path: '/swarm/join', query }, nothing, joinMs);
  }

  leaveSwarm({ isForced: force }: { readonly isForced: boolean }): Promise<void> {
    return this.#askSwarm('leaveSwarm', { method: 'POST', path: '/swarm/leave', query: { force } }, nothing, joinMs);
  }

  setSwarmRole(id: string, role: 'manager' | 'worker'): Promise<void> {
    return this.call('setSwarmRole', {
      limitMs: this.deadlines.listMs,
      run: async (_, { signal }, connection) => {
        const path = pathOf(id);
        const node = fieldsOf(await askDocker(connection, signal, { method: 'GET', path }), 'a node');
        const { Index: version } = fieldsOf(node.Version, 'Version');
        // Docker replaces the whole spec: absent fields, such as a label or a drain, would be removed.
        const query = { ...fieldsOf(node.Spec, 'Spec'), version, Role: role };
        await askDocker(connection, signal, { method: 'POST', path: `${path}/update`, query });
      },
    });
  }

  removeSwarmNode(id: string): Promise<void> {
    const request = { method: 'DELETE', path: pathOf(id) } as const;
    return this.#askSwarm('removeSwarmNode', request, nothing);
  }

  #askSwarm<T>(
    call: EngineCall,
    request: DockerRequest,
    read: (answer: unknown) => T,
    limitMs = this.deadlines.listMs,
  ): Promise<T> {
    return this.call(call, {
      limitMs,
      run: async (_, { signal }, connection) => read(await askDocker(connection, signal, request)),
    });
  }
}

/** Listens on this address only. (The kernel still accepts VXLAN on all addresses.) */
function listening(address: string): Record<string, string> {
  const host = address.includes(':') ? `[${address}]` : address;
  return { ListenAddr: `${host}:${meshPort}`, AdvertiseAddr: `${host}:${meshPort}`, DataPathAddr: address };
}

/** Without a leader, a manager reports it, or searches for one until the timeout. */
function ignoreNoMajority(error: unknown): undefined {
  if (isSatsumaError(error, 'wrong_state', 'engine_timeout')) return undefined;
  throw error;
}

/** Ids with other characters are rejected as not found. */
function pathOf(node: string): string {
  if (!isNodeId(node)) throw new EngineHttpError(404, 'no such node');
  return `/nodes/${node}`;
}

function nothing(): void {}
