import { moments } from './moments.ts';

/** What a language needs for its dates is loaded when it is used first, which takes 70 ms: here in steps. */
const steps: readonly (() => unknown)[] = [
  () => new Intl.Locale(navigator.language).maximize(),
  () => new Intl.NumberFormat(),
  moments,
];

/** When the browser has nothing else to do, so that no view has to wait for it. */
export function prepareMoments([first, ...others] = steps): void {
  if (!first || !('requestIdleCallback' in globalThis)) return;
  requestIdleCallback(() => {
    first();
    prepareMoments(others);
  });
}
