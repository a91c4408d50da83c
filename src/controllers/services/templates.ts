import { findGenerationBefore } from '../../decisions/services/find-service.ts';
import type { ReplicaView } from '../../decisions/services/replica-view.ts';
import type { ServiceRecord, ServiceSpec } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The specs that replicas of earlier templates are judged by: their own health check applies until they are replaced.
 */
export class Templates {
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #known = new Map<number, ServiceSpec | undefined>();

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.#name = name;
  }

  /**
   * The update policy is always the current one. A template that is not stored any more gets the current health check.
   */
  async specsFor(
    record: ServiceRecord,
    replicas: readonly Pick<ReplicaView, 'generation'>[],
  ): Promise<(generation: number) => ServiceSpec> {
    const present = new Set(replicas.map(({ generation }) => generation));
    for (const generation of this.#known.keys()) if (!present.has(generation)) this.#known.delete(generation);
    const specs = new Map<number, ServiceSpec>();
    for (const generation of present) {
      if (generation !== record.template) specs.set(generation, await this.#earlier(record, generation));
    }
    return (generation) => specs.get(generation) ?? record.spec;
  }

  async #earlier(record: ServiceRecord, template: number): Promise<ServiceSpec> {
    if (!this.#known.has(template)) {
      // The latest generation with that template: earlier releases could change the health check without a new
      // template.
      const isSelected = (each: { readonly template: number }) => each.template === template;
      this.#known.set(template, (await findGenerationBefore(this.#cluster, this.#name, record, isSelected))?.spec);
    }
    const found = this.#known.get(template);
    if (!found) return record.spec;
    const { health: _, ...spec } = record.spec;
    return { ...spec, ...(found.health && { health: found.health }) };
  }
}
