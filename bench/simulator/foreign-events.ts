import type { SimulatedEngine } from './simulated-engine.ts';

/** On each engine, of somebody else. */
const containersEach = 20;
const stepMs = 20;

/**
 * Stops and starts containers that somebody else made, one event each, on all engines in turn. A process that was kept from its turn
 * makes up for it: the rate is kept. Returns what ends it.
 */
export function makeForeignEvents(engines: readonly SimulatedEngine[], perSecond: number): () => void {
  const containers = engines.flatMap((engine, at) =>
    Array.from({ length: containersEach }, (_, index) => {
      const id = engine.create(`foreign-${at}-${index}-${made++}`, { Image: 'demo/busybox:1' });
      return { engine, id: id ?? '', isRunning: false };
    }),
  );
  // One engine after the other.
  const turns = containers.map(
    (_, at) => containers[(at % engines.length) * containersEach + Math.floor(at / engines.length)],
  );
  const began = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) * perSecond) / 1_000; count < due; count++) {
      const container = turns[count % turns.length];
      if (!container) return;
      if (container.isRunning) container.engine.stop(container.id);
      else container.engine.start(container.id);
      container.isRunning = !container.isRunning;
    }
  }, stepMs);
  return () => clearInterval(timer);
}

let made = 0;
