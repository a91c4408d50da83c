import { randomUUID } from 'node:crypto';
import type { SwarmJoin } from '../../src/engines/swarm-operations.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import type { SwarmNode, SwarmState, SwarmTokens } from '../../src/model/mesh.ts';

interface FakeNode {
  readonly id: string;
  readonly address: string;
  isManager: boolean;
  isReady: boolean;
}

interface Swarm {
  readonly mesh: string;
  readonly nodes: Map<string, FakeNode>;
}

/** By the token with which it is joined. */
const swarms = new Map<string, Swarm>();

/** Docker's Swarm mode of a fake engine. */
export class FakeSwarm {
  isLiveRestore = false;
  #swarm: Swarm | undefined;
  #token = '';
  #node: FakeNode | undefined;

  read(): SwarmState {
    const { isLiveRestore } = this;
    if (!this.#swarm || !this.#node) return { state: 'inactive', node: '', isManager: false, isLiveRestore };
    const { id: node, isManager } = this.#node;
    return { state: 'active', node, isManager, ...(isManager && { mesh: this.#swarm.mesh }), isLiveRestore };
  }

  nodes(): readonly SwarmNode[] {
    return [...this.#managed().nodes.values()].map(({ id, isManager, isReady }) => ({
      ...{ id, isManager, isReady },
      isVoting: isManager,
    }));
  }

  tokens(): SwarmTokens {
    this.#managed();
    return { worker: this.#token, manager: `${this.#token}-manager` };
  }

  rotate(): void {
    const swarm = this.#managed();
    swarms.delete(this.#token);
    this.#token = `SWMTKN-${randomUUID()}`;
    swarms.set(this.#token, swarm);
  }

  init({ address, mesh }: { readonly address: string; readonly mesh: string }): void {
    this.#refuse();
    this.#token = `SWMTKN-${randomUUID()}`;
    this.#enter({ mesh, nodes: new Map() }, address, true);
  }

  join({ address, token }: SwarmJoin): void {
    this.#refuse();
    const swarm = swarms.get(token);
    if (!swarm) throw new SatsumaError('invalid', 'invalid join token');
    this.#token = token;
    this.#enter(swarm, address, false);
  }

  leave(): void {
    if (this.#node) this.#node.isReady = false;
    this.#swarm = undefined;
    this.#node = undefined;
  }

  setRole(id: string, role: 'manager' | 'worker'): void {
    const node = this.#managed().nodes.get(id);
    if (node) node.isManager = role === 'manager';
  }

  remove(id: string): void {
    this.#managed().nodes.delete(id);
  }

  #enter(swarm: Swarm, address: string, isManager: boolean): void {
    const id = randomUUID().replaceAll('-', '').slice(0, 25);
    this.#swarm = swarm;
    this.#node = { id, address, isManager, isReady: true };
    swarm.nodes.set(id, this.#node);
    swarms.set(this.#token, swarm);
  }

  #refuse(): void {
    if (this.isLiveRestore)
      throw new SatsumaError('wrong_state', '--live-restore daemon is incompatible with swarm mode');
    if (this.#swarm) throw new SatsumaError('wrong_state', 'this node is already part of a swarm');
  }

  #managed(): Swarm {
    if (!this.#swarm || !this.#node?.isManager)
      throw new SatsumaError('wrong_state', 'this node is not a swarm manager');
    return this.#swarm;
  }
}
