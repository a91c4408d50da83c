import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What the server answered, whatever its status. */
export interface Answer {
  readonly ok: boolean;
  readonly data: unknown;
  readonly code?: string;
  readonly details?: unknown;
  readonly errors?: unknown;
}

/** The server said no. `exitCode` tells scripts why; see exit-codes.ts. */
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

/** No server answered. */
export class ServerAwayError extends Error {
  constructor(host: string, cause: NodeJS.ErrnoException) {
    super(
      `no Satsuma answers at ${host} (${cause.code ?? cause.message}): start one with "satsuma serve", or set SATSUMA_HOST`,
    );
    this.name = 'ServerAwayError';
  }
}

export type ApiClient = (method: string, path: string, body?: unknown) => Promise<Answer>;

/**
 * Talks to a server's /apiv1. Node's own client and not fetch: fetch gives up after five minutes without an answer, and
 * a large image takes longer to pull. Throws ApiError, ServerAwayError.
 */
export function apiClient(host: string): ApiClient {
  return async (method, path, body) => {
    const { status, text } = await exchange(new URL(path, `${host}/`), host, method, body);
    const answer = parse(text, status);
    if (answer.ok) return answer;
    throw new ApiError(status, String(answer.data), answer.details);
  };
}

function exchange(
  url: URL,
  host: string,
  method: string,
  body: unknown,
): Promise<{ readonly status: number; readonly text: string }> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new ServerAwayError(host, error));
    const sent = request(url, { method, headers: { 'content-type': 'application/json' } }, async (response) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    });
    sent.on('error', fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string, status: number): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new ApiError(status, 'what answers there is not Satsuma', undefined);
  }
}
