import type { Server } from '@hapi/hapi';
import { registerCompletionHandler } from 'ava';
import type { Gate } from '../../src/http/access-guard.ts';
import { createDoors } from '../../src/http/doors.ts';
import { createServer } from '../../src/http/server.ts';
import type { DoorName, Doors } from '../../src/model/doors.ts';
import { type ClusterOptions, type Lifetime, startCluster, type TestCluster } from '../fixtures/harness.ts';
import { checkAnswer } from './answer-check.ts';

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
export async function openDoor(t: Lifetime, options: ClusterOptions = {}, gate: Gate = 'open'): Promise<OpenDoor> {
  const cluster = await startCluster(t, options);
  const server = await createServer({ port: 0, allowedHosts: [], cluster, gate, configuration: { lease: 30 } });
  return { cluster, server, call: callOf(server, checkAnswer) };
}

let shared: Promise<OpenDoor> | undefined;

/**
 * One door with one engine for all tests of a process that change nothing, such as those of requests that are refused:
 * making a server of two hundred routes is most of what such a test costs.
 */
export function sharedDoor(): Promise<OpenDoor> {
  shared ??= openDoor({ teardown: registerCompletionHandler }, { engines: 1 });
  return shared;
}

const sharedOthers = new Map<DoorName, Promise<Call>>();

/** A door of another system on the cluster of `sharedDoor`, for tests that change nothing either. */
export function sharedOther<Name extends DoorName>(name: Name, settings: OtherSettings<Name>): Promise<Call> {
  const open = sharedOthers.get(name) ?? sharedDoor().then(({ cluster }) => openOther(cluster, name, settings));
  sharedOthers.set(name, open);
  return open;
}

type OtherSettings<Name extends DoorName> = Omit<Required<Doors>[Name], 'listen'>;

/** A door of another system on the same cluster. */
export async function openOther<Name extends DoorName>(
  cluster: TestCluster,
  name: Name,
  settings: OtherSettings<Name>,
): Promise<Call> {
  return (await serveOther(cluster, name, settings)).call;
}

/** The same with its server, for tests that leave something going on there. */
export async function serveOther<Name extends DoorName>(
  cluster: TestCluster,
  name: Name,
  settings: OtherSettings<Name>,
): Promise<Pick<OpenDoor, 'server' | 'call'>> {
  const doors = { [name]: { listen: { host: '127.0.0.1', port: 0 }, ...settings } };
  const server = (await createDoors(cluster, doors, [])).get(name);
  if (!server) throw new Error(`no door ${name}`);
  await server.initialize();
  return { server, call: callOf(server) };
}

/** The same API on the same cluster, for somebody with that role. */
export async function openAs(cluster: TestCluster, role: string): Promise<Call> {
  const gate = { name: `of-${role}`, role };
  return callOf(await createServer({ port: 0, allowedHosts: [], cluster, gate, configuration: { lease: 30 } }));
}

type Check = typeof checkAnswer;

function callOf(server: Server, check?: Check): Call {
  return async (method, url, body, headers = {}) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await server.inject({
      method,
      url,
      headers: { host: 'localhost', ...headers },
      ...(body === undefined ? {} : { payload }),
    });
    const { statusCode: status, payload: text } = response;
    check?.(server, { method, url, status, type: String(response.headers['content-type'] ?? ''), payload: text });
    const isJson = String(response.headers['content-type']).startsWith('application/json') && response.payload !== '';
    return {
      status: response.statusCode,
      body: isJson ? JSON.parse(response.payload) : response.payload,
      headers: response.headers,
    };
  };
}
