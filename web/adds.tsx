import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface AddsProps {
  readonly label: string;
  /** There is nothing yet: it is what to do first, and open. It stays open afterwards, with what was said. */
  readonly isFirst?: boolean;
  readonly children: ComponentChildren;
}

/** A form that is shown when it is asked for. */
export function Adds({ label, isFirst = false, children }: AddsProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (isFirst && details.current) details.current.open = true;
  }, [isFirst]);
  return (
    <details ref={details} class="adds">
      <summary>{label}</summary>
      {children}
    </details>
  );
}
