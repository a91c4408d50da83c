import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import Docker from 'dockerode';
import type { StreamUse } from '../stream-use.ts';
import type { DockerConnection } from './connection.ts';
import { EngineHttpError, InvalidResponse, nameStatus } from './failures.ts';
import { bodyLimits, chunksOf, logSlicesOf, readBody, type WireAnswer } from './wire.ts';

/** What dockerode hands to its modem. */
interface ModemCall {
  readonly path: string;
  readonly method: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Credentials for a registry; empty: none. */
  readonly authconfig?: object;
  readonly isStream?: boolean | StreamUse;
  readonly reader?: string | undefined;
  readonly statusCodes: Readonly<Record<number, true | string>>;
}

type ModemCallback = (error: unknown, answer?: unknown) => void;

/** dockerode on our own connection, for one call: when the signal aborts, so does what was asked through it. */
export function dockerOver(connection: DockerConnection, signal: AbortSignal): Docker {
  const options: Docker.DockerOptions & { modem: DockerModem } = { modem: new DockerModem(connection, signal) };
  return new Docker(options);
}

/**
 * dockerode knows the calls, this knows the wire. The stock docker-modem is not used: it takes its defaults, and
 * exceptions, from DOCKER_HOST; it prints the whole agent for a debug log at each request, logged or not, which takes
 * 12 ms with 32 connections; it follows redirects to anywhere, and reads answers of any size.
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
      ...(Object.keys(authconfig).length > 0 && { headers: { 'x-registry-auth': base64Json(authconfig) } }),
    };
    const answer = await this.#connection.exchange(request, this.#signal);
    const { response } = answer;
    const status = response.statusCode ?? 0;
    const isWanted = statusCodes[status] === true;
    if (isWanted && isStream) return isStream === true ? chunksOf(response) : logSlicesOf(response);
    if (!isWanted) throw await refusalIn(answer);
    const text = await readBody(answer, isList.test(path) ? bodyLimits.list : bodyLimits.single);
    const parsed = parseJson(text);
    if (parsed === undefined && method === 'GET') throw new InvalidResponse(describeText(response, text));
    // dockerode reads a property of it outside of any promise: on null, that would end the process.
    return parsed ?? {};
  }
}

/** Where a call goes that dockerode does not know, or reads differently. */
export interface DockerRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** What begins with a capital letter is for the body. */
  readonly query?: Readonly<Record<string, unknown>>;
}

/**
 * The logs of a container as they come: dockerode collects those that are not followed. Throws EngineHttpError, and
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

/** Any answer that goes on for as long as a client reads it. Throws as `streamLogs`. */
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

/** An archive that is sent as it is read, and the answer as it comes. Throws EngineHttpError, and what the archive throws. */
export async function sendStream(
  connection: DockerConnection,
  signal: AbortSignal,
  path: string,
  body: AsyncIterable<Buffer>,
): Promise<AsyncIterable<Buffer>> {
  const headers = { 'content-type': 'application/x-tar' };
  const { response, isOver } = await connection.exchange(
    { method: 'POST', path, body, headers, isStream: true },
    signal,
  );
  const status = response.statusCode ?? 0;
  if (status === 200) return chunksOf(response);
  throw new EngineHttpError(status, messageIn(await readBody({ response, isOver }, bodyLimits.words), status));
}

/** Any answer in JSON. Throws EngineHttpError, InvalidResponse. */
export async function askDocker(
  connection: DockerConnection,
  signal: AbortSignal,
  { query = {}, ...request }: DockerRequest,
): Promise<unknown> {
  const modem = new DockerModem(connection, signal);
  return await modem.ask({ ...request, options: query, statusCodes: { 200: true, 201: true, 204: true } });
}

/** A connection of its own to a process in a container. Throws EngineHttpError, InvalidResponse, and `too_many_readers`. */
export async function openSocket(
  connection: DockerConnection,
  signal: AbortSignal,
  request: { readonly path: string; readonly body?: string },
): Promise<Duplex> {
  const upgraded = await connection.upgrade({ method: 'POST', ...request }, signal);
  if ('socket' in upgraded) return upgraded.socket;
  throw await refusalIn(upgraded.refusal);
}

/** In the alphabet for URLs, and padded: what is not padded Docker takes for nothing at all. */
function base64Json(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

const isList = /^\/((containers|images)\/json|containers\/[^/]+\/changes|(services|volumes|networks)\b)/;

function describeText({ headers }: IncomingMessage, text: string): string {
  const type = (headers['content-type'] ?? 'no type').slice(0, 80);
  return text === '' ? 'an empty answer' : `no JSON, but ${text.length} characters of ${type}`;
}

/** Docker's own convention tells what goes where: `force` is for the query, `HostConfig` for the body. */
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

/** Why it was refused, in the words of its answer. */
export async function refusalIn(answer: WireAnswer): Promise<EngineHttpError> {
  const status = answer.response.statusCode ?? 0;
  return new EngineHttpError(status, messageIn(await readBody(answer, bodyLimits.words), status));
}

/** Docker's errors are `{"message": ...}`; what else is in an answer is for no one to read. */
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
