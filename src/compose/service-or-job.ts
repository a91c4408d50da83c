import type { Fields } from '../application/value.ts';
import { hasLocalVolume, type ImageConfig } from '../model/image-config.ts';
import { serviceImageDefaults } from '../model/service-defaults.ts';
import type { Deploy } from './deploy.ts';
import type { DesiredJob, DesiredService } from './desired.ts';
import { updatePolicy } from './update-policy.ts';

/** What a service of a file becomes: others may wait for its end. */
export type Made =
  | { readonly kind: 'service'; readonly part: DesiredService }
  | { readonly kind: 'job'; readonly part: DesiredJob };

type Common = Pick<DesiredService, 'key' | 'name' | 'place' | 'dependsOn' | 'build'>;

/** One whose replicas run on and on. */
export function serviceOf(part: Common, image: ImageConfig, { replicas, update, restart }: Deploy): Made {
  if (restart?.when === 'never' || restart?.when === 'on-failure') {
    const what = restart.when === 'never' ? 'is never started again' : 'is started again after a failure alone';
    restart.fail(
      `${what}, and the replicas of a service always are: say always, or make it a job, with mode replicated-job or as one that others wait for with service_completed_successfully`,
    );
  }
  if (restart?.when === 'always' && restart.retries !== undefined)
    restart.fail('cannot be limited: the replicas of a service are always started again');
  const { strategy, spread } = serviceImageDefaults;
  const isAlone = hasLocalVolume(image) || (image.bind_ports ?? []).some(({ port }) => port !== undefined);
  const whole = { spread, ...image, strategy };
  return {
    kind: 'service',
    part: {
      ...part,
      isRestartImplied: restart === undefined,
      spec: { image: whole, replicas, update: updatePolicy(update, { replicas, isAlone }) },
    },
  };
}

const maxRetries = 20;

/** One that runs to its end. */
export function jobOf(part: Common, image: ImageConfig, { replicas, restart }: Deploy, service: Fields): Made {
  if (restart?.when === 'always') restart.fail('is always, and it is to run to its end: say on-failure:N, or no');
  if (replicas === 'global' || replicas === 0 || replicas > 500)
    service.fail('is to run to its end, and has from 1 to 500 replicas');
  const retries = restart?.when === 'on-failure' ? (restart.retries ?? maxRetries) : 0;
  if (retries > maxRetries) restart?.fail(`is tried again ${maxRetries} times at most`);
  const completions = replicas === 'global' ? 1 : replicas;
  return { kind: 'job', part: { ...part, spec: { image, completions, parallelism: completions, retries } } };
}
