import { badRequest } from '@hapi/boom';
import type { ImageConfig, PortBinding } from '../../model/image-config.ts';
import type { ServiceRecord, ServiceSpec } from '../../model/service.ts';
import { defaultUpdate, serviceDefaults, serviceImageDefaults } from '../../model/service-defaults.ts';
import { shellWords } from '../../model/shell-words.ts';
import { imageConfigSchema } from '../image-schema.ts';
import type { Member } from './application.ts';
import type { PostedService, PostedVolume } from './entity.ts';

/** The `user_data` key for the original name, if it differs from the service's name. */
export const givenName = 'panamax.name';

/** The service specs by name, in the given order. Throws 400. */
export function toSpecs(
  members: readonly Member[],
  existing: ReadonlyMap<string, ServiceRecord>,
): Map<string, ServiceSpec> {
  const linkedTo = new Set(members.flatMap(({ links }) => [...links.keys()]));
  const lending = new Set(members.flatMap(({ volumesFrom }) => volumesFrom));
  const specs = new Map<string, ServiceSpec>();
  for (const member of members) {
    const { name, posted, links } = member;
    const borrowed = member.volumesFrom.map((from) => specs.get(from)?.image ?? existing.get(from)?.spec.image);
    const volumes = [
      ...posted.volumes.map((volume) => toVolume(volume, lending.has(name) ? name : undefined)),
      ...borrowed.flatMap((image) => image?.volumes?.filter((volume) => volume.includes(':')) ?? []),
    ];
    const image = toImage(member, { volumes: [...new Set(volumes)], isLinkedTo: linkedTo.has(name) });
    const { error } = imageConfigSchema.validate(image, { convert: false, errors: { escapeHtml: false } });
    if (error) throw badRequest(`service "${posted.name}": ${error.message}`);
    const replicas = posted.deployment.count || serviceDefaults.replicas;
    specs.set(name, {
      ...{ image, replicas, update: defaultUpdate, grace: serviceDefaults.grace },
      // Linked services get the address once, at their start: a delay would not redirect them.
      shutdown_delay: 0,
      ...(links.size > 0 && { links: Object.fromEntries(links) }),
    });
  }
  return specs;
}

function toImage(
  { name, posted, volumesFrom }: Member,
  { volumes, isLinkedTo }: { readonly volumes: readonly string[]; readonly isLinkedTo: boolean },
): ImageConfig {
  const ports = toPorts(posted);
  const args = shellWords(posted.command ?? '') ?? [];
  const environment = posted.environment.map(({ variable, value }) => [variable, String(value)] as const);
  return {
    name: posted.source,
    ...serviceImageDefaults,
    restart_policy: {},
    ...(args.length > 0 && { args }),
    ...(environment.length > 0 && { environment: Object.fromEntries(environment) }),
    ...(ports.length > 0 && { bind_ports: ports }),
    // Linked services may run on other engines, so they can reach published ports only.
    ...(isLinkedTo && { publish: true }),
    ...(volumes.length > 0 && { volumes }),
    // Containers that share volumes must be on one engine.
    ...(volumesFrom.length > 0 && { constraints: [...new Set(volumesFrom)].map((from) => `service==${from}`) }),
    ...(posted.name !== name && { user_data: { [givenName]: [posted.name] } }),
  };
}

/** Exposed ports are published on a random host port: an application's services may be on different engines. */
function toPorts({ ports, expose }: PostedService): PortBinding[] {
  const published = ports.map(
    ({ protocol, containerPort, hostPort, hostInterface }): PortBinding => ({
      ...{ proto: protocol, container_port: containerPort },
      ...(hostInterface !== undefined && { host_ip: hostInterface }),
      ...(hostPort && { port: hostPort }),
    }),
  );
  const isNew = (port: number) => !published.some((each) => each.proto === 'tcp' && each.container_port === port);
  const exposed = [...new Set(expose)].filter(isNew);
  return [...published, ...exposed.map((port) => ({ proto: 'tcp', container_port: port }) as const)];
}

/** Without a host path: an anonymous volume, or a named one if other services use it. */
function toVolume({ hostPath, containerPath }: PostedVolume, lender: string | undefined): string {
  const source = hostPath ?? (lender && `${lender}${containerPath.replace(/[^a-zA-Z0-9_.-]/g, '-')}`);
  return source === undefined ? containerPath : `${source}:${containerPath}`;
}
