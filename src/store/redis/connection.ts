import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Redis, RedisOptions } from 'ioredis';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { isConnectionClosed, redisError, wrongProtocol } from './errors.ts';
import { detectProtocol, type ProbedEndpoint } from './probe.ts';
import { type Change, withReplicas } from './replicas.ts';
import { checkServer } from './server-check.ts';
import { ServerGuard } from './server-guard.ts';
import type { StoreLogger } from './store-logger.ts';

/** Creates a client; tests pass that of ioredis-mock. */
export type CreateClient = (url: string | undefined, options: RedisOptions) => Redis;

/** Timeouts of an answer, of waiting for a lost connection, and of opening the store. */
const answerWithinMs = 2_000;
const reconnectWithinMs = 1_000;
const openWithinMs = 5_000;

/**
 * A command is sent once on a ready connection, or not at all: nothing queues while Redis is unavailable, and nothing
 * that may have been executed is repeated. A silent connection is closed and reopened.
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
  // The former primary may now be a replica: look up the primary again.
  reconnectOnError: isWrongNode,
};

/** Errors for which the client reconnects. */
function isWrongNode(error: unknown): boolean {
  return error instanceof Error && /\b(READONLY|MOVED)\b/.test(error.message);
}

export interface RedisConnection {
  readonly client: Redis;
  /** Runs `call` when Redis is connected; throws SatsumaError only. */
  run<T>(call: (client: Redis) => Promise<T>): Promise<T>;
  /** As `run`, for a change: resolves once enough replicas have confirmed it. */
  change: Change;
  /** Converts an error of another connection to the same Redis. */
  explain(error: unknown): SatsumaError;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** The prefix of all keys, for advice on the required ACL. */
  readonly prefix: string;
  /** How many replicas must confirm a change. */
  readonly replicas?: number;
  /** The address of Redis for error messages; never a password. Absent: from the client's options. */
  readonly endpoint?: string;
  /** The address to probe for a TLS mismatch. */
  readonly probed?: ProbedEndpoint;
  readonly logger?: StoreLogger;
}

/** Connects, or throws `store_unavailable` if Redis is unreachable, too old or unsuitable. */
export async function connectRedis(
  client: Redis,
  { prefix, replicas = 0, logger, probed, endpoint = endpointOf(client.options) }: ConnectionOptions,
): Promise<RedisConnection> {
  const guard = new ServerGuard(client, () => checkServer(client, endpoint, undefined));
  /** Why the connection was lost, until it is restored. */
  let trouble: Error | undefined;
  /**
   * Why the client closed its connection, which is also the error of each call that was on it. Kept until a change
   * succeeds.
   */
  let wrongNode: SatsumaError | undefined;
  let isConnected = false;
  let isClosed = false;
  let nextReady: Promise<void> | undefined;

  // Each follower adds a listener.
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
      // Some calls fail immediately: a caller that retries in a loop must not block the event loop from seeing the
      // reconnect.
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
    // Known errors need no probe.
    const other = probed && !isSatsumaError(error) ? await detectProtocol(probed) : undefined;
    throw other ? wrongProtocol(other, endpoint) : redisError(trouble ?? error, endpoint, prefix);
  }

  /** Waits for the current or next connection attempt; if it fails, all waiting calls fail. */
  function untilReady(): Promise<void> {
    nextReady ??= nextAttempt(client).finally(() => {
      nextReady = undefined;
    });
    return nextReady;
  }
}

/** `connect` would retry Sentinels indefinitely. */
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
    // `once` also rejects with an `error` event, the cause of the failed attempt.
    const closed = once(client, 'close', { signal }).then(() => Promise.reject(closedError));
    await withinTime(Promise.race([once(client, 'ready', { signal }), closed]), reconnectWithinMs);
  } finally {
    settled.abort();
  }
}

/** "host:port", a socket path, or the primary's name with its Sentinels; never a password. */
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
