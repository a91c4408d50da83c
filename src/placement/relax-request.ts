import { claimKeys } from '../model/claim.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import { type ImageConfig, minMemoryMiB } from '../model/image-config.ts';
import type { FilterRejection, Scheduler } from '../model/scheduler.ts';

/** Docker's minimum. */
const minCpuMilli = 10;

/** The prefix of a label that names an engine; see schedulers/host.ts. */
const hostPrefix = 'host:';

interface Refusal {
  readonly image: ImageConfig;
  readonly engine: EngineSnapshot;
  readonly rejection: FilterRejection;
  readonly schedulers: readonly Scheduler[];
}

/** By rejection code: a changed image config that avoids the rejection. Undefined: there is none. */
const answers: Readonly<Record<string, (refusal: Refusal) => ImageConfig | undefined>> = {
  cpus_short: ({ image, engine }) => {
    const free = engine.cpuMilli - engine.usedCpuMilli;
    return free < minCpuMilli ? undefined : { ...image, cpus: free / 1000 };
  },
  memory_short: ({ image, engine }) => {
    const free = engine.memoryMiB - engine.usedMemoryMiB;
    return free < minMemoryMiB ? undefined : { ...image, memory: free };
  },
  resource_short: ({ image, engine }) => withResources(image, engine),
  resource_missing: ({ image, engine }) => withResources(image, engine),
  label_missing: ({ image, engine }) => ({
    ...image,
    labels: (image.labels ?? []).filter((label) => engine.labels.includes(label)),
  }),
  other_host: ({ image, engine }) => ({
    ...image,
    labels: [...(image.labels ?? []).filter((label) => !label.startsWith(hostPrefix)), `${hostPrefix}${engine.id}`],
  }),
  constraint_unmet: withoutConstraints,
  affinity_unmet: withoutConstraints,
  port_taken: ({ image, rejection: { key = '' } }) => ({
    ...image,
    bind_ports: (image.bind_ports ?? []).map(({ port = 0, ...binding }) =>
      isOf(claimKeys.port(binding.proto, port), key) ? binding : { ...binding, port },
    ),
  }),
  name_taken: ({ image: { container_name: _, ...image } }) => image,
};

/** A changed request that this engine does not refuse for the same reason. */
export function relaxRequest(refusal: Refusal): ImageConfig | undefined {
  return answers[refusal.rejection.code]?.(refusal);
}

/** If nothing is free: the minimum request, for which little has to be stopped. Undefined: it is already minimal. */
export function minimumRequest(image: ImageConfig, { code }: FilterRejection): ImageConfig | undefined {
  const { cpus = 0, memory = 0 } = image;
  if (code === 'cpus_short' && cpus * 1000 > minCpuMilli) return { ...image, cpus: minCpuMilli / 1000 };
  return code === 'memory_short' && memory > minMemoryMiB ? { ...image, memory: minMemoryMiB } : undefined;
}

/** On an engine that accepts `asked`: as much of the wanted amounts as is free. */
export function fitToFree(engine: EngineSnapshot, requested: ImageConfig, relaxed: ImageConfig): ImageConfig {
  const freeCpus = (engine.cpuMilli - engine.usedCpuMilli) / 1000;
  const freeMemory = engine.memoryMiB - engine.usedMemoryMiB;
  return {
    ...relaxed,
    ...(relaxed.cpus !== requested.cpus && { cpus: Math.min(requested.cpus ?? 0, freeCpus) }),
    ...(relaxed.memory !== requested.memory && { memory: Math.min(requested.memory ?? 0, freeMemory) }),
  };
}

/** Reduces resources to what is free. */
function withResources(image: ImageConfig, { resources, sums }: EngineSnapshot): ImageConfig {
  const fitting = Object.entries(image.resources ?? {}).flatMap(([name, requested]): [string, number][] => {
    const free = (resources.get(name) ?? 0) - (sums.get(claimKeys.resource(name)) ?? 0);
    return free > 0 ? [[name, Math.min(requested, free)]] : [];
  });
  return { ...image, resources: Object.fromEntries(fitting) };
}

/** Keeps the constraints that the engine meets. */
function withoutConstraints({ image, engine, schedulers }: Refusal): ImageConfig {
  const isMet = (text: string): boolean =>
    schedulers.every((scheduler) => {
      if (scheduler.name !== 'constraint') return true;
      return scheduler.prepare({ ...image, constraints: [text] })?.(engine) === undefined;
    });
  return { ...image, constraints: (image.constraints ?? []).filter(isMet) };
}

/** Whether the key is of the port itself, or of one address of it. */
function isOf(portKey: string, key: string): boolean {
  return key === portKey || key.startsWith(`${portKey}/`);
}
