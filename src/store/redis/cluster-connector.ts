import { createConnection, type Socket } from 'node:net';
import { type TLSSocket, type ConnectionOptions as TlsOptions, connect as tlsConnect } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';

interface Node {
  readonly host: string;
  readonly port: number;
}

interface ClusterNodes {
  readonly nodes: readonly Node[];
  readonly prefix: string;
  readonly login: Pick<RedisOptions, 'username' | 'password'>;
  readonly tls?: TlsOptions;
}

/** How long a node may take to report the owner of the keys. */
const answerWithinMs = 1_500;

/**
 * Connects to the Redis Cluster node that owns our keys: all have one hash tag, so it is a single node, and everything
 * else works as with a standalone Redis. Looked up for each connection, because the slot may have moved.
 */
export function clusterConnector(cluster: ClusterNodes): NonNullable<RedisOptions['Connector']> {
  return class ClusterConnector extends AbstractConnector {
    constructor(options: unknown) {
      super((options as RedisOptions).disconnectTimeout ?? 0);
    }

    async connect(): Promise<Socket | TLSSocket> {
      this.connecting = true;
      const owner = await ownerOf(cluster);
      if (!this.connecting) throw new Error('Connection is closed.');
      const stream = cluster.tls ? tlsConnect({ ...owner, ...cluster.tls }) : createConnection(owner);
      stream.once('error', (error: Error) => {
        this.firstError = error;
      });
      this.stream = stream;
      return stream;
    }
  };
}

/** The first answer of any node; throws the error of one of them if all fail. */
async function ownerOf(cluster: ClusterNodes): Promise<Node> {
  try {
    return await Promise.any(cluster.nodes.map((node) => ask(node, cluster)));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

async function ask(node: Node, { prefix, login, tls }: ClusterNodes): Promise<Node> {
  const client = new Redis({
    ...{ ...node, ...login, ...(tls && { tls }) },
    ...{ lazyConnect: true, enableReadyCheck: false, disableClientInfo: true, retryStrategy: () => null },
    ...{ connectTimeout: answerWithinMs, commandTimeout: answerWithinMs, maxRetriesPerRequest: 0 },
  });
  let trouble: Error | undefined;
  client.on('error', (error: Error) => {
    trouble = error;
  });
  try {
    await client.connect();
    const slot = Number(await client.call('CLUSTER', 'KEYSLOT', `{${prefix}}`));
    const ranges = await client.call('CLUSTER', 'SLOTS');
    const owner = slotOwner(ranges, slot);
    if (!owner) throw new Error('CLUSTERDOWN Hash slot not served');
    // A node that does not know its own address omits it.
    return { host: owner.host || node.host, port: owner.port };
  } catch (error) {
    throw trouble ?? error;
  } finally {
    client.disconnect();
  }
}

/** From the answer to CLUSTER SLOTS: first slot, last slot, the primary's host and port, ... */
function slotOwner(ranges: unknown, slot: number): Node | undefined {
  for (const range of Array.isArray(ranges) ? ranges : []) {
    const [first, last, primary] = Array.isArray(range) ? range : [];
    if (!(Number(first) <= slot && slot <= Number(last)) || !Array.isArray(primary)) continue;
    const [host, port] = primary;
    if (Number.isInteger(port)) return { host: typeof host === 'string' ? host : '', port };
  }
  return undefined;
}
