import type { CDPSession, Page } from 'playwright-core';

/** Times between frames while the map is scrolled, in milliseconds. */
export async function scrolledFrames(page: Page, forMs: number): Promise<readonly number[]> {
  return (await page.evaluate(`new Promise((resolve) => {
    const map = document.querySelector('.map') ?? document.scrollingElement;
    const times = [];
    const began = performance.now();
    let before = began;
    let step = 24;
    const turn = (now) => {
      times.push(now - before);
      before = now;
      const at = map.scrollTop;
      map.scrollTop += step;
      if (map.scrollTop === at) step = -step;
      if (now - began < ${forMs}) requestAnimationFrame(turn);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(turn);
  })`)) as number[];
}

/** Until something of the page is painted, and until it shows the cluster. */
export async function paintOf(page: Page, url: string, shown: string): Promise<{ firstMs: number; shownMs: number }> {
  const began = performance.now();
  await page.goto(url);
  await page.waitForSelector(shown);
  const shownMs = performance.now() - began;
  const firstMs = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity`,
  )) as number;
  return { firstMs, shownMs };
}

/** What is left of the page's memory when nobody needs the rest, in MiB. */
export async function heapMiB(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}

/** From the next page on. */
export async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(`
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask', buffered: true });
  `);
}

/** How long each task took that kept the page from answering, since it was asked before; in milliseconds. */
export async function tasksSince(page: Page): Promise<readonly number[]> {
  return (await page.evaluate('window.longTasks.splice(0)')) as number[];
}
