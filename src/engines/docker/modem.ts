import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import Docker from 'dockerode';
import { dockerAuthHeader } from '../../model/docker-auth.ts';
import type { StreamUse } from '../stream-use.ts';
import type { DockerConnection } from './connection.ts';
import { EngineHttpError, InvalidResponse, nameStatus } from './failures.ts';
import { bodyLimits, chunksOf, logSlicesOf, readBody, type WireAnswer } from './wire.ts';

/** The arguments that dockerode passes to its modem. */
interface ModemCall {
  readonly path: string;
  readonly method: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Registry credentials; empty: none. */
  readonly authconfig?: object;
  readonly isStream?: boolean | StreamUse;
  readonly reader?: string | undefined;
  readonly statusCodes: Readonly<Record<number, true | string>>;
}

type ModemCallback = (error: unknown, answer?: unknown) => void;

/** A dockerode client over our connection for one call: the signal aborts its requests. */
export function dockerOver(connection: DockerConnection, signal: AbortSignal): Docker {
  const options: Docker.DockerOptions & { modem: DockerModem } = { modem: new DockerModem(connection, signal) };
  return new Docker(options);
}

/**
 * dockerode knows the endpoints, this class the transport. The stock docker-modem is not used: it takes its defaults,
 * and throws, depending on DOCKER_HOST; it formats the whole agent for a debug log at each request, even if disabled,
 * which takes 12 ms with 32 connections; it follows redirects to any host, and reads responses of any size.
 */
class DockerModem {
  /** dockerode sets and uses this. */
  Promise = Promise;
  readonly #connection: DockerConnection;
  readonly #signal: AbortSignal;

  constructor(connection: DockerConnection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  dial(call: ModemCall, callback: ModemCallback): void {
    this.ask(call).then((answer) => callback(null, answer), callback);
  }

  async ask({
    path,
    method,
    options = {},
    authconfig = {},
    isStream,
    reader,
    statusCodes,
  }: ModemCall): Promise<unknown> {
    const { query, body } = splitOptions(options);
    const request = {
      method,
      path: path.replace(/\?$/, '') + query,
      body: method === 'POST' ? body : undefined,
      isStream,
      reader,
      ...(Object.keys(authconfig).length > 0 && { headers: { 'x-registry-auth': dockerAuthHeader(authconfig) } }),
    };
    const answer = await this.#connection.exchange(request, this.#signal);
    const { response } = answer;
    const status = response.statusCode ?? 0;
    const isSelected = statusCodes[status] === true;
    if (isSelected && isStream) return isStream === true ? chunksOf(response) : logSlicesOf(response);
    if (!isSelected) throw await refusalIn(answer);
    const text = await readBody(answer, isList.test(path) ? bodyLimits.list : bodyLimits.single);
    const parsed = parseJson(text);
    if (parsed === undefined && method === 'GET') throw new InvalidResponse(describeText(response, text));
    // dockerode reads a property of it outside of any promise: null would crash the process.
    return parsed ?? {};
  }
}

/** An endpoint that dockerode does not support, or handles differently. */
export interface DockerRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Names with an initial capital go into the body. */
  readonly query?: Readonly<Record<string, unknown>>;
}

/**
 * Streams a container's logs: dockerode buffers logs that are not followed. Throws EngineHttpError, and
 * `too_many_readers`.
 */
export function streamLogs(
  connection: DockerConnection,
  signal: AbortSignal,
  {
    id,
    query,
    reader,
  }: { readonly id: string; readonly query: Readonly<Record<string, unknown>>; readonly reader?: string | undefined },
): Promise<AsyncIterable<Buffer>> {
  return openStream(connection, signal, { method: 'GET', path: `/containers/${id}/logs`, query, reader });
}

/** Opens a response that is streamed to a client. Throws as `streamLogs`. */
export async function openStream(
  connection: DockerConnection,
  signal: AbortSignal,
  {
    query = {},
    isStream = 'logs',
    ...request
  }: DockerRequest & { readonly isStream?: StreamUse; readonly reader?: string | undefined },
): Promise<AsyncIterable<Buffer>> {
  const modem = new DockerModem(connection, signal);
  const call = { ...request, options: query, isStream, statusCodes: { 200: true } } as const;
  return (await modem.ask(call)) as AsyncIterable<Buffer>;
}

/** Streams an archive to the engine, and returns the response. Throws EngineHttpError, and the archive's error. */
export async function sendStream(
  connection: DockerConnection,
  signal: AbortSignal,
  path: string,
  body: AsyncIterable<Buffer>,
  more: Readonly<Record<string, string>> = {},
): Promise<AsyncIterable<Buffer>> {
  const headers = { 'content-type': 'application/x-tar', ...more };
  const { response, isOver } = await connection.exchange(
    { method: 'POST', path, body, headers, isStream: true },
    signal,
  );
  const status = response.statusCode ?? 0;
  if (status === 200) return chunksOf(response);
  throw new EngineHttpError(status, messageIn(await readBody({ response, isOver }, bodyLimits.words), status));
}

/** A JSON request. Throws EngineHttpError, InvalidResponse. */
export async function askDocker(
  connection: DockerConnection,
  signal: AbortSignal,
  { query = {}, ...request }: DockerRequest,
): Promise<unknown> {
  const modem = new DockerModem(connection, signal);
  return await modem.ask({ ...request, options: query, statusCodes: { 200: true, 201: true, 204: true } });
}

/**
 * A dedicated connection to a process in a container. Throws EngineHttpError, InvalidResponse, and `too_many_readers`.
 */
export async function openSocket(
  connection: DockerConnection,
  signal: AbortSignal,
  request: { readonly path: string; readonly body?: string },
): Promise<Duplex> {
  const upgraded = await connection.upgrade({ method: 'POST', ...request }, signal);
  if ('socket' in upgraded) return upgraded.socket;
  throw await refusalIn(upgraded.refusal);
}

const isList = /^\/((containers|images)\/json|containers\/[^/]+\/changes|(services|volumes|networks)\b)/;

function describeText({ headers }: IncomingMessage, text: string): string {
  const type = (headers['content-type'] ?? 'no type').slice(0, 80);
  return text === '' ? 'an empty answer' : `no JSON, but ${text.length} characters of ${type}`;
}

/** Docker's naming convention decides: `force` goes into the query, `HostConfig` into the body. */
function splitOptions(options: Readonly<Record<string, unknown>>): { query: string; body: string | undefined } {
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (/^[A-Z]/.test(key)) body[key] = value;
    else if (value !== undefined) query.set(key, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return {
    query: query.size === 0 ? '' : `?${query}`,
    body: Object.keys(body).length === 0 ? undefined : JSON.stringify(body),
  };
}

/** The error in a response. */
export async function refusalIn(answer: WireAnswer): Promise<EngineHttpError> {
  const status = answer.response.statusCode ?? 0;
  return new EngineHttpError(status, messageIn(await readBody(answer, bodyLimits.words), status));
}

/** Docker's errors are `{"message": ...}`; any other content is not shown. */
function messageIn(text: string, status: number): string {
  const answer = parseJson(text);
  const isDockers = typeof answer === 'object' && answer !== null && 'message' in answer;
  return isDockers && typeof answer.message === 'string' ? answer.message : nameStatus(status);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
