import type { Server } from '@hapi/hapi';
import type { ExecutionContext } from 'ava';
import type { Gate } from '../../src/http/access-guard.ts';
import { createDoors } from '../../src/http/doors.ts';
import { createServer } from '../../src/http/server.ts';
import type { DoorName, Doors } from '../../src/model/doors.ts';
import { type ClusterOptions, startCluster, type TestCluster } from '../fixtures/harness.ts';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export type Call = (method: string, url: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

interface OpenDoor {
  readonly cluster: TestCluster;
  readonly server: Server;
  /** Through /apiv1. */
  readonly call: Call;
}

/** A server on a cluster of fake engines, asked without a socket. */
export async function openDoor(
  t: ExecutionContext,
  options: ClusterOptions = {},
  gate: Gate = 'open',
): Promise<OpenDoor> {
  const cluster = await startCluster(t, options);
  const server = await createServer({ port: 0, allowedHosts: [], cluster, gate, configuration: { lease: 30 } });
  return { cluster, server, call: callOf(server) };
}

/** A door of another system on the same cluster. */
export async function openOther<Name extends DoorName>(
  cluster: TestCluster,
  name: Name,
  settings: Omit<Required<Doors>[Name], 'listen'>,
): Promise<Call> {
  const doors = { [name]: { listen: { host: '127.0.0.1', port: 0 }, ...settings } };
  const server = (await createDoors(cluster, doors, [])).get(name);
  if (!server) throw new Error(`no door ${name}`);
  await server.initialize();
  return callOf(server);
}

function callOf(server: Server): Call {
  return async (method, url, body, headers = {}) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await server.inject({
      method,
      url,
      headers: { host: 'localhost', ...headers },
      ...(body === undefined ? {} : { payload }),
    });
    const isJson = String(response.headers['content-type']).startsWith('application/json') && response.payload !== '';
    return {
      status: response.statusCode,
      body: isJson ? JSON.parse(response.payload) : response.payload,
      headers: response.headers,
    };
  };
}
