import type { ComponentChildren } from 'preact';
import { momentText } from './moments.ts';
import { type TextWith, text } from './texts.ts';
import { hrefOf } from './use-address.ts';

interface ViewHeadProps {
  readonly view: TextWith;
  /** What is shown of the view; left out: all. */
  readonly chosen?: string | undefined;
  /** Why what is shown could not be read again. */
  readonly problem?: string;
  readonly children?: ComponentChildren;
}

export function ViewHead({ view, chosen, problem = '', children }: ViewHeadProps) {
  return (
    <>
      <div class="view-head">
        <h2>
          {chosen === undefined ? (
            text(view)
          ) : (
            <>
              <a href={hrefOf(view)}>{text(view)}</a> / {chosen}
            </>
          )}
        </h2>
        <div class="actions">{children}</div>
      </div>
      <p class="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

/** A moment, as people here write it. */
export function timeText(time: string | null | undefined): string {
  return time === null || time === undefined ? '' : momentText(time);
}

/** Whether the text is in one of them, whatever the case. */
export function matches(filter: string | undefined, ...texts: readonly (string | undefined)[]): boolean {
  const query = (filter ?? '').toLowerCase();
  return query === '' || texts.some((each) => each?.toLowerCase().includes(query));
}
