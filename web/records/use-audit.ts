import { useEffect, useState } from 'preact/hooks';
import type { AuditEntry, AuditResult } from '../../src/model/audit.ts';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import { call } from '../api.ts';
import { serverEvents } from '../server-events.ts';
import { type Live, useLive } from '../use-live.ts';

const maxEntries = 500;
const againMs = 5_000;

/**
 * The latest entries of the audit, the latest first, as they are written. They come with a stream of their own, as the server sends them only to
 * whoever asks for this kind; and the list is not read again for each, which would be one more entry where reading is recorded.
 */
export function useAudit(result: AuditResult | undefined): Omit<Live<readonly AuditEntry[]>, 'again'> {
  const [fresh, setFresh] = useState<readonly AuditEntry[]>([]);
  const { data, problem, again } = useLive(`audit ${result}`, [], (signal) =>
    call('GET', `apiv1/audit?limit=${maxEntries}${result ? `&result=${result}` : ''}`, undefined, signal),
  );
  useEffect(() => {
    const ended = new AbortController();
    void follow(ended.signal, (event) => {
      // Some may have been missed before.
      if (event === undefined) again();
      else setFresh((before) => [entryOf(event), ...before].slice(0, maxEntries));
    });
    return () => ended.abort();
  }, []);
  if (!data) return { data, problem };
  const known = new Set(data.map(keyOf));
  const added = fresh.filter((each) => !known.has(keyOf(each)) && (result === undefined || each.result === result));
  return { data: [...added, ...data].slice(0, maxEntries), problem };
}

/** Undefined: the stream begins again. */
async function follow(signal: AbortSignal, take: (event: ClusterEvent | undefined) => void): Promise<void> {
  const place: { last?: string } = {};
  for (let isAgain = false; !signal.aborted; isAgain = true) {
    try {
      for await (const each of serverEvents('apiv1/events?kind=audit', place, signal)) {
        if (each !== 'open' && each.data?.kind === 'audit') take(each.data);
        else if (isAgain || each !== 'open') take(undefined);
      }
    } catch {
      // Why it does not answer is said by the stream of the whole page.
    }
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

/** An event has what the entry has, without what is null. */
function entryOf({ at, action, name, id, attributes }: ClusterEvent): AuditEntry {
  const none = {
    who: null,
    role: null,
    from: '',
    verb: null,
    noun: null,
    method: '',
    path: '',
    status: null,
    code: null,
  };
  return { ...none, ...attributes, at, target: name || null, request: id, result: action as AuditResult };
}

function keyOf({ at, request, result, path }: AuditEntry): string {
  return `${at} ${request} ${result} ${path}`;
}
