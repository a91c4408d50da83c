import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** What is opened gets the focus; when it is gone, whoever had the focus before has it again, or else the view. */
export function useFocusWithin(opened: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const { activeElement: opener } = document;
    const { current: at } = opened;
    at?.focus({ preventScroll: true });
    // On a small screen it is below the view.
    at?.scrollIntoView({ block: 'nearest' });
    return () => {
      // Somebody who has gone on elsewhere stays there; what had the focus may be gone already.
      const { activeElement: active } = document;
      if (!at || (active !== document.body && !at.contains(active))) return;
      // While one is open, nothing behind it takes the focus.
      for (const each of at.querySelectorAll('dialog')) each.close();
      // Then it is known whether who had the focus before is still there.
      queueMicrotask(() => {
        const back = opener?.isConnected && opener !== document.body ? opener : document.querySelector('main');
        (back as HTMLElement | null)?.focus({ preventScroll: true });
      });
    };
  }, []);
}
