import type { ExecutionContext } from 'ava';
import { startServer } from '../controllers/services/stage.ts';
import type { ClusterOptions } from '../fixtures/harness.ts';
import { openDoor, serveOther } from './open-door.ts';

interface CalzionOptions extends Pick<ClusterOptions, 'engines' | 'settings'> {
  readonly role?: string;
  /** A server keeps its services. */
  readonly isKept?: boolean;
}

interface Line {
  readonly job?: string;
  readonly log?: string;
  readonly error?: string;
}

/** The door of calzion, and what its client reads. */
export async function openCalzion(t: ExecutionContext, { role, isKept = true, ...options }: CalzionOptions = {}) {
  const { cluster, call } = await openDoor(t, { engines: 2, ...options });
  if (isKept) await startServer(t, cluster);
  const { server, call: calzion } = await serveOther(cluster, 'calzion', role === undefined ? {} : { role });
  const send = async (url: string, payload: string | Buffer, headers: Record<string, string> = {}) => {
    const asked = { method: 'POST', url, headers: { host: 'localhost', ...headers }, payload };
    const { statusCode, payload: text, headers: answered } = await server.inject(asked);
    t.is(statusCode, 200);
    t.regex(String(answered['content-type']), /^text\/json/);
    return text
      .split('\n')
      .filter((each) => each !== '')
      .map((each): Line => JSON.parse(each));
  };
  const lines = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, JSON.stringify(body), headers);
  return { cluster, call, calzion, send, lines };
}

/** Of containers, in the lines that begin with these words. */
export function idsIn(all: readonly Line[], words: string): string[] {
  return all.flatMap(({ log = '' }) => (log.startsWith(words) ? [log.slice(words.length + 1)] : []));
}
