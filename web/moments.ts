let known: Intl.DateTimeFormat | undefined;

function moments(): Intl.DateTimeFormat {
  known ??= new Intl.DateTimeFormat(undefined, {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return known;
}

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

/** A moment, as people here write it. As `toLocaleString`, which takes ten times as long. */
export function momentText(time: string | number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : moments().format(date);
}
