import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Lab } from '../../example/lab/lab.ts';

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are compared.
  readonly body: any;
}

export type Ask = (method: string, path: string, body?: object | string) => Promise<Answered>;

export const usualVersion = '/v1.41';

/** Asks the door. A path without a version is asked in `usualVersion`. */
export function atSocket(socketPath: string): Ask {
  return async (method, path, body) => {
    const text = typeof body === 'string' ? body : body && JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({ socketPath, method, path: versioned(path), headers: { host: 'docker', ...headers } });
    const answer = new Promise<Answered>((resolve, reject) => {
      sent.once('error', reject).once('response', (response) => {
        buffer(response).then((bytes) => resolve(answerOf(response.statusCode ?? 0, bytes.toString())), reject);
      });
    });
    sent.end(text);
    return await answer;
  };
}

/** Asks an engine itself. */
export function atEngine(lab: Lab, n: number): Ask {
  return async (method, path, body) => {
    const text = typeof body === 'string' ? body : body && JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const sent = { method, path: versioned(path), headers, ...(text !== undefined && { body: text }) };
    const answer = await lab.request(n, sent);
    return answerOf(answer.status, answer.body);
  };
}

function versioned(path: string): string {
  return /^\/v\d/.test(path) ? path : usualVersion + path;
}

function answerOf(status: number, text: string): Answered {
  try {
    return { status, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return { status, body: text };
  }
}

/** The keys of an answer, deep down, but for those of maps whose keys are names of the users' own. */
export function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [keysOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const maps = ['Labels', 'Networks', 'Ports', 'Containers'];
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, maps.includes(key) ? 'map' : keysOf(each)]),
  );
}
