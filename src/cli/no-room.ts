import type { RefusedEngines } from '../api/container.ts';
import type { Advice } from '../model/advice.ts';
import { firstFew } from '../model/first-few.ts';
import { visibleText } from '../model/visible-text.ts';

/** Maximum number of different reasons. */
const maxReasons = 3;

/**
 * The message when no engine can take a container: the reasons, with the number of engines. `details`: the Explanation
 * of the answer. Undefined without one, or without engines: then the server's own message says more.
 */
export function noRoomText(who: string, details: unknown): string | undefined {
  const reasons = noRoomReasons(details);
  return reasons && `${isOfRoom(details) ? 'no room for' : 'no engine can run'} ${allOf(details) ?? who}: ${reasons}`;
}

/** Failures of engines that had room and were tried. */
const faults = ['engine_lacks', 'engine_failed', 'engine_unreachable', 'engine_certificate'];

/** False: engines were tried, and failed for reasons other than lack of room. */
export function isOfRoom(details: unknown): boolean {
  const { engines = [] } = (details ?? {}) as { readonly engines?: readonly { readonly code: string }[] };
  return !engines.some(({ code }) => faults.includes(code));
}

/** For --atomic runs. */
function allOf(details: unknown): string | undefined {
  const { wanted, fit } = (details ?? {}) as { readonly wanted?: number; readonly fit?: number };
  if (wanted === undefined || fit === undefined) return undefined;
  return `all ${wanted} containers, only for ${fit}`;
}

/** `8192 MB of memory wanted, 4096 free (2 engines); port tcp/80 is taken (1 engine)`. */
export function noRoomReasons(details: unknown): string | undefined {
  const counts = countsIn(details);
  if (counts.length === 0) return undefined;
  const reasons = counts.map(
    ({ message, engines }) => `${message} (${engines === 1 ? '1 engine' : `${engines} engines`})`,
  );
  return visibleText(firstFew(reasons, maxReasons, '; '));
}

/** Suggested changes that would make it fit. Undefined if there are none. */
export function adviceText(details: unknown): string | undefined {
  const { advice = [] } = (details ?? {}) as { readonly advice?: readonly Advice[] };
  const context = advice.map(({ message }) => message);
  return context.length === 0 ? undefined : `to make it fit: ${visibleText(context.join(', or '))}`;
}

function countsIn(details: unknown): RefusedEngines['counts'] {
  if (typeof details !== 'object' || details === null || !('counts' in details)) return [];
  return Array.isArray(details.counts) ? details.counts : [];
}
