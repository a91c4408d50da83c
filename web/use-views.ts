import { useEffect, useState } from 'preact/hooks';
import type { ClusterState } from './live-cluster.ts';
import { askUntilKnown, may } from './use-may.ts';
import { type View, views } from './views.tsx';

/** The views that the account may see, by group; asked again whenever the connection is there again. */
export function useViews(connection: ClusterState['connection']): readonly (readonly View[])[] {
  const [offered, setOffered] = useState<readonly (readonly View[])[]>([]);
  useEffect(() => {
    if (connection === 'login') setOffered([]);
    if (connection !== 'live') return;
    return askUntilKnown(
      () => Promise.all(views.map(offeredOf)),
      (found) => setOffered(found.filter(({ length }) => length > 0)),
    );
  }, [connection]);
  return offered;
}

async function offeredOf(group: readonly View[]): Promise<readonly View[]> {
  const answers = await Promise.all(group.map(({ needs: [verb, noun] }) => may(verb, noun)));
  return group.filter((_, at) => answers[at]);
}
