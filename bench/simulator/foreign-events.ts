import type { SimulatedEngine } from './simulated-engine.ts';

/** Foreign containers per engine. */
const containersEach = 20;
const stepMs = 20;

/**
 * Stops and starts foreign containers, one event each, on all engines in rotation. After a delay of the process it
 * catches up, so the rate stays constant. Returns a function that ends it.
 */
export function makeForeignEvents(engines: readonly SimulatedEngine[], perSecond: number): () => void {
  const containers = engines.flatMap((engine, at) =>
    Array.from({ length: containersEach }, (_, index) => {
      const id = engine.create(`foreign-${at}-${index}-${made++}`, { Image: 'demo/busybox:1' });
      return { engine, id: id ?? '', isRunning: false };
    }),
  );
  // Alternates between engines.
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
