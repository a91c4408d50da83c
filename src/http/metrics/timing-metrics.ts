import { Histogram, type Registry } from 'prom-client';
import type { Cluster } from '../../state/cluster.ts';

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Durations of store calls and controller passes since the server started. */
export function defineTimingMetrics(registry: Registry, { timings }: Pick<Cluster, 'timings'>): void {
  const calls = new Histogram({
    name: 'satsuma_store_call_duration_seconds',
    help: 'Duration of calls to the store; outcome "failed": no answer, or an error.',
    labelNames: ['operation', 'outcome'],
    buckets,
    registers: [registry],
  });
  const passes = new Histogram({
    name: 'satsuma_controller_pass_duration_seconds',
    help: 'Duration of the passes in which the leader reconciles changed services, jobs and engines.',
    labelNames: ['outcome'],
    buckets,
    registers: [registry],
  });
  timings.watch(({ of, tookMs, isOk }) => {
    const outcome = isOk ? 'ok' : 'failed';
    if (of === 'pass') passes.observe({ outcome }, tookMs / 1_000);
    else calls.observe({ operation: of.storeCall, outcome }, tookMs / 1_000);
  });
}
