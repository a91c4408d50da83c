import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Redis, RedisOptions } from 'ioredis';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { isConnectionClosed, redisError, wrongProtocol } from './errors.ts';
import { otherProtocol, type ProbedPlace } from './probe.ts';
import { type Change, withReplicas } from './replicas.ts';
import { checkServer } from './server-check.ts';
import { ServerGuard } from './server-guard.ts';
import type { StoreLogger } from './store-logger.ts';

/** How a client is made; the tests give the one of ioredis-mock. */
export type CreateClient = (url: string | undefined, options: RedisOptions) => Redis;

/** How long an answer may take, how long a call waits for a lost connection, and how long opening the store may take. */
const answerWithinMs = 2_000;
const reconnectWithinMs = 1_000;
const openWithinMs = 5_000;

/**
 * A command is sent once, on a connection that is ready, or not at all: nothing queues up while Redis is away, and
 * nothing is repeated that may have taken place. A connection that stays silent is given up and made anew.
 */
export const clientOptions: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: answerWithinMs,
  disconnectTimeout: 100,
  disableClientInfo: true,
  maxLoadingRetryTime: 500,
  commandTimeout: answerWithinMs,
  socketTimeout: answerWithinMs + 1_000,
  retryStrategy: (attempt) => Math.min(attempt * 50, 500),
  sentinelCommandTimeout: answerWithinMs,
  sentinelRetryStrategy: (attempt) => Math.min(attempt * 50, 500),
  // What is a replica now may have been the primary a moment ago: ask again where the primary is.
  reconnectOnError: isWrongNode,
};

/** An error for which the client closes its connection and makes a new one. */
function isWrongNode(error: unknown): boolean {
  return error instanceof Error && /\b(READONLY|MOVED)\b/.test(error.message);
}

export interface RedisConnection {
  readonly client: Redis;
  /** Runs `call` when Redis is there; throws SatsumaError only. */
  run<T>(call: (client: Redis) => Promise<T>): Promise<T>;
  /** As `run`, for what changes something: resolves once the replicas that were asked for have it too. */
  change: Change;
  /** What to throw for an error of another connection to the same Redis. */
  explain(error: unknown): SatsumaError;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** Of all keys: what a user must be allowed is told with it. */
  readonly prefix: string;
  /** How many replicas must have a change before it is acknowledged. */
  readonly replicas?: number;
  /** Where Redis is, for the reader of an error; never a password. Left out: what the client's options say. */
  readonly endpoint?: string;
  /** Whom to ask whether TLS is in the way. */
  readonly probed?: ProbedPlace;
  readonly logger?: StoreLogger;
}

/** Connects, or throws `store_unavailable` when Redis is not there, too old or not for us. */
export async function connectRedis(
  client: Redis,
  { prefix, replicas = 0, logger, probed, endpoint = endpointOf(client.options) }: ConnectionOptions,
): Promise<RedisConnection> {
  const guard = new ServerGuard(client, () => checkServer(client, endpoint, undefined));
  /** Why the connection was lost, until it is back. */
  let trouble: Error | undefined;
  /** Why the client closed its connection: also the reason for each call that was on it. Until a change succeeds. */
  let wrongNode: SatsumaError | undefined;
  let isConnected = false;
  let isClosed = false;
  let nextReady: Promise<void> | undefined;

  // Each follower listens for its end.
  client.setMaxListeners(0);
  client.on('error', (error: Error) => {
    if (isConnected && !trouble) logger?.warn({ endpoint, reason: error.message }, 'Redis is away');
    trouble = error;
  });
  client.on('ready', () => {
    if (isConnected && trouble) logger?.info({ endpoint }, 'Redis is back');
    trouble = undefined;
  });

  const run: RedisConnection['run'] = async (call) => {
    try {
      if (client.status !== 'ready') await untilReady();
      await guard.pass();
      return await call(client);
    } catch (error) {
      // Some calls fail at once; whoever tries again at once must not keep the loop from hearing that Redis is back.
      await setImmediate();
      throw connection.explain(error);
    }
  };
  const changeOnReplicas: Change = replicas === 0 ? run : withReplicas(client, run, replicas, endpoint);
  const connection: RedisConnection = {
    client,
    run,
    async change(call) {
      const result = await changeOnReplicas(call);
      wrongNode = undefined;
      return result;
    },
    explain(error) {
      if (isClosed) return new SatsumaError('store_unavailable', `The store in Redis at ${endpoint} is closed.`);
      if (wrongNode && isConnectionClosed(error)) return wrongNode;
      const explained = redisError(error, endpoint, prefix);
      if (isWrongNode(error)) wrongNode = explained;
      return explained;
    },
    async close() {
      isClosed = true;
      if (client.status === 'ready') await client.quit().catch(() => {});
      client.disconnect();
    },
  };

  try {
    await withinTime(firstAttempt(client), openWithinMs);
    await checkServer(client, endpoint, logger, replicas);
    isConnected = true;
    return connection;
  } catch (error) {
    client.disconnect();
    // What is known already needs no asking.
    const other = probed && !isSatsumaError(error) ? await otherProtocol(probed) : undefined;
    throw other ? wrongProtocol(other, endpoint) : redisError(trouble ?? error, endpoint, prefix);
  }

  /** Waits for the attempt to connect that is under way or next; when it fails, so does every call that waits for it. */
  function untilReady(): Promise<void> {
    nextReady ??= nextAttempt(client).finally(() => {
      nextReady = undefined;
    });
    return nextReady;
  }
}

/** By itself `connect` would ask Sentinels again and again. */
async function firstAttempt(client: Redis): Promise<void> {
  const settled = new AbortController();
  const failed = once(client, 'error', { signal: settled.signal }).then(([error]) => Promise.reject(error));
  try {
    await Promise.race([client.connect(), failed]);
  } finally {
    settled.abort();
  }
}

async function nextAttempt(client: Redis): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  const closedError = new Error('Connection is closed.');
  if (client.status === 'end') throw closedError;
  try {
    // `once` also throws what comes as an event `error`: why the attempt failed.
    const closed = once(client, 'close', { signal }).then(() => Promise.reject(closedError));
    await withinTime(Promise.race([once(client, 'ready', { signal }), closed]), reconnectWithinMs);
  } finally {
    settled.abort();
  }
}

/** "host:port", the path of a socket, or the primary's name and its Sentinels; never a password. */
function endpointOf({ path, host, port, name, sentinels }: RedisOptions): string {
  if (sentinels) return `${name} (Sentinels ${sentinels.map((each) => `${each.host}:${each.port}`).join(', ')})`;
  return path ?? `${host}:${port}`;
}

async function withinTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The connection timed out.')), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
