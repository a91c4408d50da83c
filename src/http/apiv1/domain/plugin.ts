import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { Domain, DomainBody } from '../../../api/domain.ts';
import {
  addRedirect,
  addRule,
  findDomain,
  listDomains,
  type NamedDomain,
  removeDomain,
} from '../../../commands/domains/domains.ts';
import { problemOf } from '../../../decisions/domains/desired-config.ts';
import { certificateOf, certificateProblem } from '../../../decisions/domains/domain-certificate.ts';
import { refusalOf } from '../../../decisions/domains/refusal-of.ts';
import { entriesOf } from '../../../decisions/services/catalog.ts';
import { projectOf } from '../../../model/image-config.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { isDomainWithin } from '../../../state/scopes.ts';
import { success } from '../../envelope.ts';
import { requireService } from '../../guard-scope.ts';
import { needs } from '../../route-rules.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { ownProject } from '../../within-scope.ts';
import { isOfProject, ofProject, type ProjectQuery } from '../of-project.ts';
import { domainNameSchema, domainSchema, pathSchema } from './schema.ts';

interface Named {
  readonly Params: { readonly name: string };
}

const named = { ...strictValidation, params: Joi.object({ name: domainNameSchema }) };

/** What routers serve. */
export const domainPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-domain',
  register: (server, { cluster }) => {
    for (const route of [addRoute, readRoutes, removeRoute]) route(server, cluster);
  },
};

function addRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: DomainBody & { readonly path: string } }>({
    method: 'POST',
    path: '/apiv1/domain',
    options: {
      description: 'Have a domain, or a path of it, lead to a service, or to a URL',
      plugins: needs('create', 'domain'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: domainSchema },
    },
    handler: async (request, h) => {
      const { service, redirect: to, permanent = true, keep_path = false, project, ...rest } = request.payload;
      if (to !== undefined) {
        const asked = { ...rest, ...ownProject(cluster, request, project), to, permanent, keep_path };
        return h.response(success(serialize(cluster, await addRedirect(cluster, asked)))).code(201);
      }
      // One of the two is there.
      const rule = { ...rest, service: service ?? '' };
      requireService(cluster, request, rule.service);
      return h.response(success(serialize(cluster, await addRule(cluster, rule)))).code(201);
    },
  });
}

function readRoutes(server: Server, cluster: Cluster): void {
  server.route<ProjectQuery>({
    method: 'GET',
    path: '/apiv1/domains',
    options: {
      description: 'List the domains, and where they lead',
      plugins: needs('read', 'domain'),
      validate: ofProject,
    },
    handler: async ({ query, app: { scope } }) => {
      const all = await listDomains(cluster);
      return success(
        all
          .filter((each) => isOfProject(each, query) && isDomainWithin(cluster, scope, each.name))
          .map((each) => serialize(cluster, each)),
      );
    },
  });
  server.route<Named>({
    method: 'GET',
    path: '/apiv1/domain/{name}',
    options: { description: 'Show a domain', plugins: needs('read', 'domain'), validate: named },
    handler: async ({ params }) => success(serialize(cluster, await findDomain(cluster, params.name))),
  });
}

function removeRoute(server: Server, cluster: Cluster): void {
  server.route<Named & { Query: { readonly path?: string } }>({
    method: 'DELETE',
    path: '/apiv1/domain/{name}',
    options: {
      description: 'Have a domain, or a path of it, lead nowhere',
      plugins: needs('remove', 'domain'),
      validate: { ...named, query: Joi.object({ path: pathSchema }) },
    },
    handler: async ({ params: { name }, query: { path } }, h) => {
      await removeDomain(cluster, name, path);
      return h.response(success(`Domain ${name}${path ?? ''} removed`)).code(202);
    },
  });
}

function serialize(cluster: Cluster, domain: NamedDomain): Domain {
  const { name, tls, users, auth, headers, rules, redirects, deployment, createdAt, updatedAt } = domain;
  const problem = refusalOf(cluster, name) ?? certificateProblem(cluster, name, domain);
  const held = certificateOf(cluster, name, domain);
  return {
    ...{
      name,
      project: projectOf(domain),
      ...(deployment !== undefined && { deployment }),
      tls,
      ...(held && {
        certificate: {
          ...{ domain: held.of, names: held.names, fingerprint: held.fingerprint, expires_at: held.notAfter },
        },
      }),
      ...(users && { users: Object.keys(users) }),
    },
    ...{ ...(auth && { auth }), ...(headers && { headers }), ...(redirects && { redirects }) },
    rules: rules.map((rule) => {
      const problem = problemOf(cluster, domain, rule);
      const isOfRule = ({ proto, container_port }: { readonly proto: string; readonly container_port: number }) =>
        proto === 'tcp' && container_port === rule.port;
      const ready = problem === undefined ? entriesOf(cluster, rule.service).filter(isOfRule).length : 0;
      return { ...rule, ready, ...(problem !== undefined && { problem }) };
    }),
    ...(problem !== undefined && { problem }),
    ...{ created_at: createdAt, updated_at: updatedAt },
  };
}
