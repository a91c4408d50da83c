import { unmetNeed } from '../src/model/docker-needs.ts';
import { imageDockerNeeds } from '../src/model/image-docker-needs.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

/**
 * Filters by the Docker API version, because a daemon silently ignores unknown fields. Engines with an unknown version
 * are accepted; their client checks before creating a container.
 */
export const dockerApi: Scheduler = {
  name: 'docker-api',
  description: "the engine's Docker knows every field that is asked for",
  prepare(image) {
    const needs = imageDockerNeeds(image);
    if (needs.length === 0) return undefined;
    return ({ dockerApi: api }) => {
      if (api === undefined) return undefined;
      for (const need of needs) {
        const message = unmetNeed(need, api);
        if (message !== undefined) return { code: 'docker_api', message };
      }
      return undefined;
    };
  },
  exclude(image, fleet, rows) {
    const needs = imageDockerNeeds(image);
    if (needs.length === 0) return;
    for (const [api, held] of fleet.rowsByApi()) {
      if (needs.some((need) => unmetNeed(need, api) !== undefined)) rows.remove(held);
    }
  },
};
