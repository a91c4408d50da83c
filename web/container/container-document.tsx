import { useEffect, useState } from 'preact/hooks';
import { call } from '../api.ts';

/** What Docker itself has about the container. */
export function ContainerDocument({ id }: { readonly id: string }) {
  const [shown, setShown] = useState('');
  useEffect(() => {
    const ended = new AbortController();
    call('GET', `apiv1/container/${id}/inspect`, undefined, ended.signal).then(
      (document) => setShown(JSON.stringify(document, null, 2)),
      (error: Error) => !ended.signal.aborted && setShown(error.message),
    );
    return () => ended.abort();
  }, [id]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard.
    <pre class="log" tabIndex={0}>
      {shown}
    </pre>
  );
}
