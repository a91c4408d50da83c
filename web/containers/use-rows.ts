import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ListedContainer } from '../../src/api/container.ts';
import { type RowsRequest, sortedRows } from './sort-rows.ts';

/**
 * The rows that are wanted; those from before until they are there, and undefined until the first ones are. The page answers keys and the
 * mouse meanwhile. Work that was begun is ended, also where something else is wanted by then: where things change all the time there would be
 * no rows otherwise.
 */
export function useRows({ containers, matches, key }: RowsRequest): readonly ListedContainer[] | undefined {
  const [rows, setRows] = useState<readonly ListedContainer[]>();
  const request = useMemo(() => ({ containers, matches, key }), [containers, matches, key]);
  const latest = useRef<RowsRequest | undefined>(request);
  const isBusy = useRef(false);
  latest.current = request;
  useLayoutEffect(() => void sortLatest({ latest, isBusy }, setRows), [request]);
  useLayoutEffect(
    () => () => {
      latest.current = undefined;
    },
    [],
  );
  return rows;
}

interface Work {
  readonly latest: { readonly current: RowsRequest | undefined };
  readonly isBusy: { current: boolean };
}

async function sortLatest({ latest, isBusy }: Work, done: (rows: readonly ListedContainer[]) => void): Promise<void> {
  if (isBusy.current) return;
  isBusy.current = true;
  try {
    for (let sorted: RowsRequest | undefined; latest.current && latest.current !== sorted; ) {
      sorted = latest.current;
      const rows = await sortedRows(sorted, nextTask);
      if (latest.current) done(rows);
    }
  } finally {
    isBusy.current = false;
  }
}

/** Without the pause of a timer. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
