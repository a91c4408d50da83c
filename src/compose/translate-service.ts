import { projectLabel, serviceLabel } from '../application/labels.ts';
import { quoted } from '../application/problems.ts';
import type { Place } from '../application/tree.ts';
import type { Fields, Value } from '../application/value.ts';
import { buildName, unknownDigest } from '../model/build.ts';
import { given, nonEmpty } from '../model/given.ts';
import { type ImageConfig, pullPolicies } from '../model/image-config.ts';
import { serviceImageDefaults } from '../model/service-defaults.ts';
import { buildOf } from './build.ts';
import { configFilesOf } from './configs.ts';
import { dependenciesOf } from './dependencies.ts';
import { deployOf } from './deploy.ts';
import type { Dependency, DesiredSecret } from './desired.ts';
import { dockerFieldsOf } from './docker-fields.ts';
import { environmentOf, labelsOf } from './environment.ts';
import { gpusOf } from './gpus.ts';
import { healthCheckOf } from './health-check.ts';
import { linkedServices } from './links.ts';
import { type NamedVolume, volumesOf } from './mounts.ts';
import { portBindings } from './ports.ts';
import { processFields } from './process-fields.ts';
import { refusedOfServices } from './refused-keys.ts';
import { secretFilesOf } from './secrets.ts';
import { type NetworkContext, networksOf } from './service-networks.ts';
import { jobOf, type Made, serviceOf } from './service-or-job.ts';

export interface ServiceContext extends NetworkContext {
  readonly project: string;
  readonly owner: string | undefined;
  readonly constraints: readonly string[];
  readonly volumes: ReadonlyMap<string, NamedVolume>;
  readonly findSecret: (key: string) => DesiredSecret | undefined;
  readonly findConfig: (key: string) => DesiredSecret | undefined;
  readonly known: Parameters<typeof dependenciesOf>[2];
}

/** A service of the file; whether it is a job depends on what others wait for. */
export interface TranslatedService {
  readonly key: string;
  readonly place: Place;
  readonly dependsOn: readonly Dependency[];
  readonly networkKeys: readonly string[];
  readonly isJob: boolean;
  readonly toDesired: (isJob: boolean) => Made;
}

export function translateService(key: string, value: Value, context: ServiceContext): TranslatedService | undefined {
  const { project, owner, known, reading } = context;
  const service = value.fields();
  if (!service) return undefined;
  const name = known.nameOf(key);
  if (name.length > 128) value.fail(`makes the name ${name}, and a name has at most 128 characters`);
  for (const read of ['profiles', 'extends']) service.take(read);
  const requestedImage = service.take('image')?.text();
  const written = service.take('build');
  const build = written && buildOf(written, reading);
  const dependsOn = dependsOnOf(service, key, context);
  const { keys: networkKeys, attachments, mode } = networksOf(service, { key, place: value.place }, context);
  const isEach = context.networking.kind === 'each';
  const deploy = deployOf(service, name, isEach);
  const ports = service.take('ports');
  const volumes = service.take('volumes');
  const secrets = service.take('secrets');
  const configs = service.take('configs');
  const check = service.take('healthcheck');
  const gpus = service.take('gpus');
  const attach = service.take('attach');
  if (attach?.flag()) attach.fail('is not done here: "satsuma compose logs -f" follows the logs');
  const process = processFields(service);
  refuseContradictions(service, process, deploy.image);
  if (gpus && deploy.image.gpus) gpus.fail('cannot be with devices under deploy.resources.reservations');
  const image: ImageConfig = {
    ...process,
    ...deploy.image,
    ...dockerFieldsOf(service),
    ...given({
      environment: environmentOf(service, reading),
      pull: pullOf(service.take('pull_policy')),
      bind_ports: ports && nonEmpty(portBindings(ports)),
      secrets: nonEmpty([
        ...(secrets ? secretFilesOf(secrets, context.findSecret) : []),
        ...(configs ? configFilesOf(configs, context.findConfig) : []),
      ]),
      health_check: check && healthCheckOf(check),
      gpus: gpus ? gpusOf(gpus) : deploy.image.gpus,
      network_mode: mode,
      networks: nonEmpty(attachments),
      project: owner,
      constraints: nonEmpty([...(deploy.image.constraints ?? []), ...context.constraints]),
    }),
    ...(volumes && volumesIn(volumes, context)),
    // Its own name has what it is built from, so that another build is another image.
    name: written ? buildName(project, key, unknownDigest) : (requestedImage ?? ''),
    type: serviceImageDefaults.type,
    restart_policy: {},
    container_labels: { ...labelsOf(service, reading), [projectLabel]: project, [serviceLabel]: key },
  };
  service.finish(refusedOfServices);
  if (requestedImage === undefined && !written) service.fail('must have image or build');
  if (attachments.some(({ ip, ip6 }) => ip ?? ip6) && deploy.replicas !== 1 && !isEach)
    service.fail('has a fixed address in a network, and can have one replica alone');
  const alias = requestedImage === undefined ? {} : { name: [requestedImage] };
  const part = {
    ...{ key, name, place: value.place, dependsOn },
    ...(build && { build: { ...build, query: { ...build.query, ...alias } } }),
  };
  return {
    ...part,
    networkKeys,
    isJob: deploy.isJob,
    toDesired: (isJob) => (isJob ? jobOf(part, image, deploy, service) : serviceOf(part, image, deploy)),
  };
}

/** What is said at two places must be said alike. */
const conflicting = [
  ['mem_limit', 'memory', 'limits.memory'],
  ['mem_reservation', 'memory_reservation', 'reservations.memory'],
  ['cpus', 'cpus', 'limits.cpus'],
  ['pids_limit', 'pids_limit', 'limits.pids'],
] as const;

function refuseContradictions(service: Fields, own: Partial<ImageConfig>, deploy: Partial<ImageConfig>): void {
  for (const [key, field, place] of conflicting) {
    const [one, other] = [own[field], deploy[field]];
    if (one !== undefined && other !== undefined && one !== other)
      service.take(key)?.fail(`says something else than deploy.resources.${place}: leave one of them out`);
  }
}

function dependsOnOf(service: Fields, key: string, { known }: ServiceContext): readonly Dependency[] {
  const value = service.take('depends_on');
  const found = value ? dependenciesOf(value, key, known) : [];
  const links = service.take('links');
  const linked = [...(links ? linkedServices(links) : [])].flatMap(([other, each]) => {
    if (found.some((dependency) => dependency.key === other)) return [];
    if (!known.active.has(other) || other === key)
      return each.fail(`names ${quoted(other)}, which is no other service that is asked for`) ?? [];
    return [{ key: other, name: known.nameOf(other), condition: 'service_started' as const, isOptional: false }];
  });
  return [...found, ...linked];
}

function volumesIn(value: Value, { volumes: known }: ServiceContext): Pick<ImageConfig, 'volumes' | 'mounts'> {
  const { volumes, mounts } = volumesOf(value, known);
  return given({ volumes: nonEmpty(volumes), mounts: nonEmpty(mounts) });
}

function pullOf(value: Value | undefined): ImageConfig['pull'] {
  const text = value?.text();
  if (text === undefined || text === 'if_not_present') return text && 'missing';
  const known = pullPolicies.find((each) => each === text);
  return known ?? value?.fail(`is ${quoted(text)}, and there are always, missing, if_not_present and never`);
}
