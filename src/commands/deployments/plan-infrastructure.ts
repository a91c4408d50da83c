import type { ServiceInfrastructure } from '../../model/deployment.ts';
import { didYouMeanHint } from '../../model/did-you-mean.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hasLocalVolume, type ImageConfig } from '../../model/image-config.ts';
import type { ServiceRecord, ServiceSpec } from '../../model/service.ts';
import type { TranslatedService } from '../../template/translate.ts';

/** Throws `invalid`. */
export function refuseUnknown(named: readonly string[], services: readonly string[]): void {
  const unknown = named.find((name) => !services.includes(name));
  if (unknown === undefined) return;
  const sentence = `infrastructure is said of ${JSON.stringify(unknown)}, and the template has no such service${didYouMeanHint(unknown, services)}`;
  throw new SatsumaError('invalid', sentence);
}

/** How many there are, where and of what size is no matter of a template: what was said of a service otherwise stays. */
const infrastructure = [
  ...(['cpus', 'memory', 'memory_swap', 'memory_reservation', 'pids_limit', 'resources', 'gpus', 'devices'] as const),
  ...([
    'type',
    'labels',
    'constraints',
    'spread',
    'strategy',
    'pull',
    'platform',
    'health_check',
    'log_driver',
    'log_options',
  ] as const),
] as const satisfies readonly (keyof ImageConfig)[];

/** The image config with what there is, and what is asked for, of these. */
export function withInfrastructure(
  { image, init }: TranslatedService,
  there: ImageConfig | undefined,
  asked: Omit<ServiceInfrastructure, 'replicas'>,
): ImageConfig {
  const kept = Object.fromEntries(
    infrastructure.flatMap((key) => (there?.[key] === undefined ? [] : [[key, there[key]] as const])),
  );
  const whole = { ...image, ...kept, ...asked };
  if (!asked.constraints || !init || !hasLocalVolume(image)) return whole;
  // Its data was written on one engine, which stays unless another one is named.
  const pins = [asked.constraints, there?.constraints ?? []].map((each) => each.filter(isPin));
  return pins[0]?.length ? whole : { ...whole, constraints: [...asked.constraints, ...(pins[1] ?? [])] };
}

function isPin(constraint: string): boolean {
  return constraint.startsWith('engine==');
}

/** Tells the problem of the definition. */
export function refuseOtherKind(
  { key, definition }: TranslatedService,
  replicas: ServiceSpec['replicas'] | undefined,
  there: ServiceRecord | undefined,
): void {
  if (replicas === undefined || !there || (replicas === 'global') === (there.spec.replicas === 'global')) return;
  const kind = there.spec.replicas === 'global' ? 'has a replica on each engine' : 'has a number of replicas';
  definition.fail(`${kind}, and that cannot be changed: remove the service ${key} first`);
}
