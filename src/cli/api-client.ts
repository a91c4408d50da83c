import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { ErrorBody } from '../api/error.ts';
import { statusOfCode } from '../api/error-status.ts';
import type { DataOf, KnownPath, Method } from '../api/route-types.ts';
import type { Credentials } from '../config/credentials.ts';
import { type ErrorCode, SatsumaError } from '../model/errors.ts';

/** The server's answer, whatever its status. */
export interface Answer<Data = unknown> {
  readonly ok: boolean;
  readonly data: Data;
  readonly code?: string;
  readonly details?: unknown;
  readonly errors?: unknown;
  /** For a run: the name of the container, or the names of several. */
  readonly name?: string;
  readonly names?: readonly string[];
  /** A warning despite success. */
  readonly warning?: string;
}

/** An error answer of the server. `exitCode` is for scripts; see exit-codes.ts. */
export class ApiError extends Error {
  readonly status: number;
  readonly details: unknown;

  constructor(status: number, message: string, details: unknown) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.details = details;
  }
}

/** Converts the error at the end of a stream to the same error as a normal answer. */
export function streamedError({ code, message, details }: ErrorBody): ApiError {
  const status = Object.hasOwn(statusOfCode, code) ? statusOfCode[code as ErrorCode] : 502;
  return new ApiError(status, message, details);
}

/** No server answered, or the answer is not Satsuma's. */
export class ServerAwayError extends Error {
  constructor(host: string, cause: NodeJS.ErrnoException) {
    const { code } = cause;
    super(`no Satsuma answers at ${host} (${code ?? cause.message}): ${connectionHint(host, code)}`, { cause });
    this.name = 'ServerAwayError';
  }
}

/** A hint depending on the error: a server with an untrusted certificate need not be started. */
function connectionHint(host: string, code = ''): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for other names: use one of them';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired: renew it';
  if (/CERT|SIGNATURE/.test(code))
    return 'its certificate is not trusted: give its CA with "satsuma context create --ca" or SATSUMA_HOST_CA';
  if (code === 'EPROTO') return 'it does not seem to use TLS: try http://';
  if (code === 'ECONNRESET' && host.startsWith('http:'))
    return 'it closed the connection: if it uses TLS, try https://';
  return 'start one with "satsuma serve", or set SATSUMA_HOST';
}

/** `progress`: text to show instead of the elapsed seconds while waiting. */
export type ApiTransport = (method: string, path: string, body?: unknown, progress?: Progress) => Promise<Answer>;

/** The same with typed routes: the compiler rejects unknown paths, and the answer has its type. */
export type ApiClient = <M extends Method, const Path extends string>(
  method: M,
  path: KnownPath<M, Path>,
  body?: unknown,
  progress?: Progress,
) => Promise<Answer<DataOf<M, Path>>>;
type Progress = () => string | undefined;

/**
 * A client of a server's /apiv1. Uses node:http instead of fetch: fetch gives up after five minutes without an answer,
 * and pulling a large image takes longer. Throws ApiError, ServerAwayError.
 */
export function apiClient(host: string, credentials: Credentials = {}): ApiTransport {
  return async (method, path, body) => {
    const { status, text } = await exchange(new URL(path, `${host}/`), { host, credentials }, method, body);
    const answer = parse(text, status, host);
    if (answer.ok) return answer;
    throw new ApiError(status, String(answer.data), answer.details);
  };
}

/** Not checked at run time: tests verify that answers match the document. */
export function knowingRoutes(transport: ApiTransport): ApiClient {
  return transport as ApiClient;
}

/**
 * Streams an answer as it arrives. A body is posted: as JSON, or unchanged if it is a stream. Throws ServerAwayError,
 * and ApiError also when the connection breaks.
 */
export type ApiStream = (
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  method?: 'POST' | 'PATCH',
) => AsyncIterable<Buffer>;

export function apiStream(host: string, credentials: Credentials = {}): ApiStream {
  return async function* (path, body, signal, method = 'POST') {
    const url = new URL(path, `${host}/`);
    const at = { host, credentials };
    const response = await (body === undefined
      ? send(url, at, 'GET', undefined, signal)
      : send(url, at, method, body instanceof Readable ? body : JSON.stringify(body), signal));
    if (response.statusCode !== 200) {
      const { status, answer } = await answerOf(response, host);
      throw new ApiError(status, String(answer.data), answer.details);
    }
    try {
      yield* response as AsyncIterable<Buffer>;
    } catch (cause) {
      throw new ApiError(
        502,
        `the answer ended early (${(cause as NodeJS.ErrnoException).code}): the server stopped, an engine or the network failed, or the token was revoked. Try again`,
        undefined,
      );
    }
  };
}

interface At {
  readonly host: string;
  readonly credentials: Credentials;
}

async function exchange(url: URL, at: At, method: string, body: unknown) {
  const response = await send(url, at, method, body === undefined ? undefined : JSON.stringify(body));
  return { status: response.statusCode ?? 0, text: await textOf(response, at.host) };
}

/** The Authorization header. */
export function authorization({ token }: Credentials): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The CA for Node's TLS options. */
export function authority({ ca }: Credentials): { readonly ca?: string } {
  return ca === undefined ? {} : { ca };
}

function send(
  url: URL,
  { host, credentials }: At,
  method: string,
  body?: string | Readable,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const type = body instanceof Readable ? 'application/x-tar' : 'application/json';
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const headers = { 'content-type': type, ...authorization(credentials) };
    const options = { method, headers, ...authority(credentials), ...(signal && { signal }) };
    const sent = request(url, options, (response) => {
      isAnswered = true;
      // After an error answer the server does not need the rest of the body.
      if (body instanceof Readable && response.statusCode !== 200) {
        body.destroy();
        response.once('end', () => sent.destroy());
      }
      resolve(response);
    });
    sent.on('error', (error) => {
      if (!isAnswered) reject(new ServerAwayError(host, error));
    });
    if (!(body instanceof Readable)) return void sent.end(body);
    body.once('error', (error) => {
      reject(new SatsumaError('invalid', `cannot read the archive: ${error.message}`, { cause: error }));
      sent.destroy();
    });
    body.pipe(sent);
  });
}

/** Reads a JSON answer. Throws ServerAwayError if it is not Satsuma's. */
export async function answerOf(response: IncomingMessage, host: string): Promise<{ status: number; answer: Answer }> {
  const status = response.statusCode ?? 0;
  return { status, answer: parse(await textOf(response, host), status, host) };
}

async function textOf(response: IncomingMessage, host: string): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } catch (error) {
    throw new ServerAwayError(host, error as NodeJS.ErrnoException);
  }
}

/** Throws ServerAwayError if it is not an answer of Satsuma. */
function parse(text: string, status: number, host: string): Answer {
  const other = new Error(`the answer is not Satsuma's, HTTP ${status}`);
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer as Answer;
  } catch (cause) {
    throw new ServerAwayError(host, Object.assign(other, { cause }));
  }
  throw new ServerAwayError(host, other);
}
