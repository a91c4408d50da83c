import type { Request } from '@hapi/hapi';
import { SatsumaError } from '../model/errors.ts';
import { type ImageConfig, projectOf } from '../model/image-config.ts';
import { constraintsOf, hasProject, type Scope } from '../model/scope.ts';
import type { Cluster } from '../state/cluster.ts';
import { neighboursOf } from '../state/containers/beside-known.ts';
import { refuseUnknownProject } from '../state/projects.ts';
import { isContainerWithin, isImageWithin, isSecretWithin, isServiceWithin } from '../state/scopes.ts';
import { nameOf, wordsOf } from './guard-scope.ts';

type Asked = Pick<Request, 'app'>;

/**
 * An image config as whoever asks may have it: of a project that there is and that they are narrowed to, on their engines.
 * Whoever has one project alone need not name it. Throws `no_such_project`, `forbidden`.
 */
export function withinScope(cluster: Pick<Cluster, 'cache'>, asked: Asked, image: ImageConfig): ImageConfig {
  const { scope } = asked.app;
  const owned = { ...image, ...ownProject(cluster, asked, image.project) };
  if (!scope) return owned;
  const constraints = withConstraints(scope, owned.constraints);
  const held = { ...owned, ...(constraints && { constraints }) };
  refuseBeyondScope(cluster, asked, held);
  return { ...held, ...ofOwnProjects(cluster, scope, held) };
}

/** Another secret may have the name by the time that its value is read: that one must be of the same project. */
function ofOwnProjects(
  { cache }: Pick<Cluster, 'cache'>,
  { projects }: Scope,
  { secrets }: ImageConfig,
): Pick<ImageConfig, 'secrets'> {
  if (!projects || !secrets) return {};
  return {
    secrets: secrets.map((file) => ({ ...file, project: projectOf(cache.secrets.get(file.name)?.value ?? {}) })),
  };
}

/** The project of something that is made. Throws `no_such_project`, `forbidden`. */
export function ownProject(
  cluster: Pick<Cluster, 'cache'>,
  { app: { scope, principal } }: Asked,
  named: string | undefined,
): { readonly project?: string } {
  const [only, ...others] = scope?.projects ?? [];
  const project = named ?? (others.length === 0 ? only : undefined);
  if (!hasProject(scope, projectOf(project === undefined ? {} : { project })))
    throw beyond(scope, principal, `project ${project ?? 'default'}`);
  refuseUnknownProject(cluster, { project });
  return project === undefined ? {} : { project };
}

/** What a change leaves of the engines that whoever asks is narrowed to. */
export function withConstraints(
  scope: Scope | undefined,
  constraints: readonly string[] | undefined,
): readonly string[] | undefined {
  const due = scope ? constraintsOf(scope) : [];
  return due.length === 0 ? constraints : [...new Set([...(constraints ?? []), ...due])];
}

/** Of what others may have defined, too. Throws `forbidden`. */
export function refuseBeyondScope({ cache }: Pick<Cluster, 'cache'>, { app }: Asked, image: ImageConfig): void {
  const { scope, principal } = app;
  if (!scope) return;
  if (!hasProject(scope, projectOf(image))) throw beyond(scope, principal, `project ${projectOf(image)}`);
  if (!isImageWithin(scope, image)) throw beyond(scope, principal, 'an engine without them');
  // What is not there yet may be of others when it is looked up.
  const isOwn = (name: string) => cache.secrets.get(name) !== undefined && isSecretWithin({ cache }, scope, name);
  const secret = (image.secrets ?? []).find(({ name }) => !isOwn(name));
  if (secret) throw beyond(scope, principal, `secret ${secret.name}`);
  for (const { reference } of neighboursOf(image)) {
    const known = cache.containers.find(reference);
    const isOwn = known.length > 0 && known.every((each) => isContainerWithin({ cache }, scope, each));
    if (!isOwn) throw beyond(scope, principal, `container ${reference}`);
  }
}

/**
 * Services that a service is linked to. One that is not there yet may be of others when it is, and whoever is linked to it is
 * told where it is. Throws `forbidden`.
 */
export function refuseLinks(
  cluster: Pick<Cluster, 'cache'>,
  { app: { scope, principal } }: Asked,
  links: Readonly<Record<string, string>> | null | undefined,
): void {
  if (!scope) return;
  const service = Object.keys(links ?? {}).find((name) => !isServiceWithin(cluster, scope, name));
  if (service !== undefined) throw beyond(scope, principal, `service ${service}`);
}

function beyond(scope: Scope | undefined, principal: Asked['app']['principal'], what: string): SatsumaError {
  const sentence = `${nameOf(principal)} is narrowed to ${scope ? wordsOf(scope) : 'nothing'}: ${what} is beyond that`;
  return new SatsumaError('forbidden', sentence, {
    details: { projects: scope?.projects ?? null, engine_labels: scope?.engineLabels ?? null },
  });
}
