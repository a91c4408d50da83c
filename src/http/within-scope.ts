import type { Request } from '@hapi/hapi';
import { ofProject, parseConstraint } from '../model/constraint.ts';
import { SatsumaError } from '../model/errors.ts';
import { type ImageConfig, projectOf } from '../model/image-config.ts';
import { namedVolumes } from '../model/image-needs.ts';
import { constraintsOf, hasProject, type Scope } from '../model/scope.ts';
import type { Cluster } from '../state/cluster.ts';
import { neighboursOf } from '../state/containers/beside-known.ts';
import { refuseUnknownProject } from '../state/projects.ts';
import {
  isContainerWithin,
  isImageWithin,
  isSecretWithin,
  isServiceWithin,
  isVolumeOfOthers,
} from '../state/scopes.ts';
import { nameOf, wordsOf } from './guard-scope.ts';
import { searchTooMuch, tooMuchSearching } from './placement-schema.ts';

type Asked = Pick<Request, 'app'>;

/**
 * Applies the caller's scope to an image config: the project must exist and be in the scope, and engines are limited to
 * those of the scope. With a single project in the scope, it is the default. Throws `no_such_project`, `forbidden`.
 */
export function withinScope(cluster: Pick<Cluster, 'cache'>, asked: Asked, image: ImageConfig): ImageConfig {
  const { scope } = asked.app;
  const owned = { ...image, ...ownProject(cluster, asked, image.project) };
  if (!scope) return owned;
  const constraints = withConstraints(scope, owned.constraints, projectOf(owned));
  const held = { ...owned, ...(constraints && { constraints }) };
  refuseBeyondScope(cluster, asked, held);
  return { ...held, ...ofOwnProjects(cluster, scope, held) };
}

/** The name may be reused before the value is read, so the project is recorded with the reference. */
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

/** The project of a new object. Throws `no_such_project`, `forbidden`. */
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

/**
 * Keeps the scope's constraints in a change of the constraints. Those on what runs are about the project alone, as the answer would tell what others
 * run, and where.
 */
export function withConstraints(
  scope: Scope | undefined,
  constraints: readonly string[] | undefined,
  project: string,
): readonly string[] | undefined {
  if (!scope) return constraints;
  const own = scope.projects ? constraints?.map((each) => ofProject(each, project)) : constraints;
  if (own && searchTooMuch(own)) throw new SatsumaError('invalid', `constraints ${tooMuchSearching}`);
  const due = constraintsOf(scope);
  return due.length === 0 ? own : [...new Set([...(own ?? []), ...due])];
}

/** Checks configs that others may have defined, too. Throws `forbidden`. */
export function refuseBeyondScope({ cache }: Pick<Cluster, 'cache'>, { app }: Asked, image: ImageConfig): void {
  const { scope, principal } = app;
  if (!scope) return;
  if (!hasProject(scope, projectOf(image))) throw beyond(scope, principal, `project ${projectOf(image)}`);
  if (!isImageWithin(scope, image)) throw beyond(scope, principal, 'an engine without them');
  // A missing secret may later be created by others.
  const isOwn = (name: string) => cache.secrets.get(name) !== undefined && isSecretWithin({ cache }, scope, name);
  const secret = (image.secrets ?? []).find(({ name }) => !isOwn(name));
  if (secret) throw beyond(scope, principal, `secret ${secret.name}`);
  refuseOtherProjects(app, image.constraints);
  const volume = namedVolumes(image).find((name) => isVolumeOfOthers({ cache }, scope, name));
  if (volume !== undefined) throw beyond(scope, principal, `volume ${volume}`);
  for (const { reference } of neighboursOf(image)) {
    const known = cache.containers.find(reference);
    const isOwn = known.length > 0 && known.every((each) => isContainerWithin({ cache }, scope, each));
    if (!isOwn) throw beyond(scope, principal, `container ${reference}`);
  }
}

/** Constraints may name a project. Throws `forbidden`. */
export function refuseOtherProjects(
  { scope, principal }: Asked['app'],
  constraints: readonly string[] | undefined,
): void {
  const named = (constraints ?? []).map((each) => parseConstraint(each).project);
  const other = named.find((each) => each !== undefined && !hasProject(scope, each));
  if (other !== undefined) throw beyond(scope, principal, `project ${other}`);
}

/**
 * Checks the services that a service is linked to. A missing one may later be created by others, and linked services
 * learn its address. Throws `forbidden`.
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
