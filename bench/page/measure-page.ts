import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import type { ArenaOptions } from '../engines/start-on-store.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { type ScaleArena, type ScaleSize, withScaleArena } from '../scale/scale-arena.ts';
import { goodBehaviour } from '../simulator/behaviour.ts';
import { median, percentile } from '../statistics.ts';
import { heapMiB, paintOf, scrolledFrames, tasksSince, watchTasks } from './browser-page.ts';

const built = new URL('../../dist/ui', import.meta.url).pathname;
const sizes: readonly ScaleSize[] = [
  { engines: 200, containers: 5_000 },
  { engines: 1_000, containers: 20_000 },
];
const scrolledMs = 5_000;
const eventsPerSecond = 100;
const warmUpMs = 20_000;
const targets = { firstPaintMs: 1_000, frameMs: 17, programKiB: 250, growthPercent: 20, taskMs: 50 } as const;

/**
 * The web page in Chromium, one size of a cluster after the other, so that what was measured is not lost where a later one fails. `n`: for
 * how many seconds its memory is watched under events.
 */
export async function* measurePage(
  { n, ...options }: ArenaOptions & { readonly n: number },
  progress: Progress,
): AsyncGenerator<Figure[]> {
  yield [await programSize()];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const size of sizes) {
      const isJudged = size === sizes[0];
      const measured = await withScaleArena(size, options, progress, (arena) =>
        measureOne(browser, arena, { seconds: n, isJudged }, progress),
      );
      yield measured.map((each) => ({ ...each, name: `page, ${size.engines} engines: ${each.name}` }));
    }
  } finally {
    await browser.close();
  }
}

/** What a browser loads before anything is asked for: without the terminal and the charts. */
async function programSize(): Promise<Figure> {
  const sizeOf = async (name: string) => gzipSync(await readFile(join(built, name))).length / 1024;
  const value = (await sizeOf('main.js')) + (await sizeOf('main.css'));
  const scripts = (await readdir(built)).filter((name) => name.endsWith('.js') && name !== 'main.js');
  const later = await Promise.all(scripts.map(sizeOf));
  const facts = { 'loaded when needed': later.reduce((sum, each) => sum + each, 0) };
  return { name: 'page: program, gzip', unit: 'KiB', value, target: targets.programKiB, facts };
}

async function measureOne(
  browser: Browser,
  { satsuma, simulator }: ScaleArena,
  { seconds, isJudged }: { readonly seconds: number; readonly isJudged: boolean },
  progress: Progress,
): Promise<Figure[]> {
  const url = `${satsuma.address}/ui`;
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  try {
    progress.say('paint');
    await watchTasks(page);
    const { firstMs, shownMs } = await paintOf(page, url, '.map canvas');
    const loading = await tasksSince(page);
    await satsuma.settle();
    progress.say(`frames while the map is scrolled for ${scrolledMs / 1000} s`);
    const still = await scrolledFrames(page, scrolledMs);
    await simulator.behave({ ...goodBehaviour, foreignEventsPerSecond: eventsPerSecond });
    await setTimeout(warmUpMs);
    progress.say(`the same, and memory for ${seconds} s, with ${eventsPerSecond} events a second`);
    const session = await page.context().newCDPSession(page);
    const before = await heapMiB(session);
    await tasksSince(page);
    const busy = await scrolledFrames(page, scrolledMs);
    await setTimeout(seconds * 1000);
    const updating = await tasksSince(page);
    const after = await heapMiB(session);
    progress.say('the table of all containers');
    await page.evaluate("location.hash = '#/containers'");
    await page.waitForSelector('.table-box tbody tr:nth-child(5)');
    const table = await tasksSince(page);
    const judged = <T>(target: T) => (isJudged ? { target } : {});
    return [
      {
        name: 'first paint',
        unit: 'ms',
        value: firstMs,
        target: targets.firstPaintMs,
        facts: { 'all shown': shownMs },
      },
      { name: 'a frame while scrolling', unit: 'ms', ...framesOf(still), ...judged(targets.frameMs) },
      { name: 'a frame while scrolling, with events', unit: 'ms', ...framesOf(busy), ...judged(targets.frameMs) },
      { name: 'the longest task while it loads', unit: 'ms', ...longest(loading), ...judged(targets.taskMs) },
      { name: 'the longest task with events', unit: 'ms', ...longest(updating), ...judged(targets.taskMs) },
      { name: 'the longest task when the table opens', unit: 'ms', ...longest(table), ...judged(targets.taskMs) },
      {
        ...{ name: 'memory that events add', unit: '%', value: (100 * (after - before)) / before },
        ...{ target: targets.growthPercent, facts: { before, after } },
      },
    ];
  } finally {
    await page.close();
    await simulator.behave(goodBehaviour);
  }
}

/** What the browser reports: tasks from 50 ms on. */
function longest(times: readonly number[]): Pick<Figure, 'value' | 'facts'> {
  return { value: Math.max(0, ...times), facts: { 'tasks over 50 ms': times.length } };
}

function framesOf(times: readonly number[]): Pick<Figure, 'value' | 'facts'> {
  const slow = times.filter((each) => each > 1.5 * targets.frameMs).length;
  const perSecond = (1000 * times.length) / times.reduce((sum, each) => sum + each, 0);
  const facts = { p95: percentile(times, 95), 'a second': perSecond, 'dropped, %': (100 * slow) / times.length };
  return { value: median(times), facts };
}
