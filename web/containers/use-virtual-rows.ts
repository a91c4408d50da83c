import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Rows above and below what is seen, so that scrolling shows none that is empty. They are drawn after those that are seen. */
const spareRows = 10;

interface VirtualRows {
  readonly first: number;
  readonly end: number;
  /** Pixels above the first row and below the last one. */
  readonly above: number;
  readonly below: number;
}

/** Which of many rows of one height are drawn: those that are seen in `box`. */
export function useVirtualRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): VirtualRows {
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const [spare, setSpare] = useState(0);
  const isEmpty = count === 0;
  useEffect(() => {
    if (isEmpty) return;
    const frame = requestAnimationFrame(() => setSpare(spareRows));
    return () => cancelAnimationFrame(frame);
  }, [isEmpty]);
  useEffect(() => {
    const at = box.current;
    if (!at) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      setSeen({ top: at.scrollTop, height: at.clientHeight });
    };
    const lookSoon = () => {
      frame ||= requestAnimationFrame(look);
    };
    const sizes = new ResizeObserver(lookSoon);
    sizes.observe(at);
    at.addEventListener('scroll', lookSoon, { passive: true });
    look();
    return () => {
      cancelAnimationFrame(frame);
      sizes.disconnect();
      at.removeEventListener('scroll', lookSoon);
    };
  }, []);
  const first = Math.max(0, Math.min(count, Math.floor(seen.top / rowHeight)) - spare);
  const end = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + spare);
  return { first, end, above: first * rowHeight, below: Math.max(0, count - end) * rowHeight };
}
