import type { Server } from '@hapi/hapi';
import type { ExecutionContext } from 'ava';
import { createServer } from '../../src/http/server.ts';
import { type ClusterOptions, startCluster, type TestCluster } from '../cluster/harness.ts';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface Door {
  readonly cluster: TestCluster;
  readonly server: Server;
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** A server on a cluster of fake engines, asked without a socket. */
export async function openDoor(t: ExecutionContext, options: ClusterOptions = {}): Promise<Door> {
  const cluster = await startCluster(t, options);
  const server = await createServer({ port: 0, loopbackOnly: true, cluster, configuration: { lease: 30 } });
  const call: Door['call'] = async (method, url, body, headers = {}) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await server.inject({
      method,
      url,
      headers: { host: 'localhost', ...headers },
      ...(body === undefined ? {} : { payload }),
    });
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      body: isJson ? JSON.parse(response.payload) : response.payload,
      headers: response.headers,
    };
  };
  return { cluster, server, call };
}
