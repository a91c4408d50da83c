import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { NewProjectBody, Project, ProjectChangesBody, ProjectQuota } from '../../../api/project.ts';
import {
  changeProject,
  createProject,
  listProjects,
  type NamedProject,
  type ProjectChanges,
  removeProject,
  showProject,
} from '../../../commands/projects/projects.ts';
import type { Quota } from '../../../model/project.ts';
import { hasProject } from '../../../model/scope.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';

const description = Joi.string().allow('').max(200);
const quota = Joi.object<Partial<ProjectQuota>>({
  cpus: Joi.number().min(0.001).max(1_000_000).allow(null),
  memory: Joi.number().integer().min(1).max(1_000_000_000).allow(null),
  containers: Joi.number().integer().min(0).max(1_000_000).allow(null),
  gpus: Joi.number().integer().min(0).max(1_000_000).allow(null),
});
const newBody = Joi.object<NewProjectBody>({ name: idSchema.required(), description, quota }).required();
const changesBody = Joi.object<ProjectChangesBody>({ description, quota }).or('description', 'quota').required();
const ofOne = { ...strictValidation, params: Joi.object({ name: idSchema }) };
const path = '/apiv1/project/{name}';

interface OneRoute {
  readonly Params: { readonly name: string };
}

/** Projects own resources and have quotas. */
export const projectPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-project',
  register: (server, { cluster }) => {
    server.route<{ Payload: NewProjectBody }>({
      method: 'POST',
      path: '/apiv1/project',
      options: {
        description: 'Create a project',
        plugins: needs('create', 'project'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: newBody },
      },
      handler: async ({ app: { principal = anyone }, payload: { name, ...changes } }, h) => {
        const made = await createProject(cluster, { name, ...changesOf(changes) }, principal);
        return h.response(success(serialize(made))).code(201);
      },
    });
    server.route({
      method: 'GET',
      path: '/apiv1/projects',
      options: {
        description: 'List the projects, with their quotas and usage',
        plugins: needs('read', 'project'),
        validate: strictValidation,
      },
      handler: async ({ app: { scope } }) =>
        success((await listProjects(cluster)).filter(({ name }) => hasProject(scope, name)).map(serialize)),
    });
    server.route<OneRoute>({
      method: 'GET',
      path,
      options: { description: 'Show a project', plugins: needs('read', 'project'), validate: ofOne },
      handler: async ({ params: { name } }) => success(serialize(await showProject(cluster, name))),
    });
    server.route<OneRoute & { Payload: ProjectChangesBody }>({
      method: 'PATCH',
      path,
      options: {
        description: 'Change the quota or the description of a project; running containers are not affected',
        plugins: needs('update', 'project'),
        payload: jsonPayload,
        validate: { ...ofOne, payload: changesBody },
      },
      handler: async ({ app: { principal = anyone }, params: { name }, payload }) =>
        success(serialize(await changeProject(cluster, name, changesOf(payload), principal))),
    });
    server.route<OneRoute>({
      method: 'DELETE',
      path,
      options: {
        description: 'Remove an empty project',
        plugins: needs('remove', 'project'),
        validate: ofOne,
      },
      handler: async ({ app: { principal = anyone }, params: { name } }, h) => {
        await removeProject(cluster, name, principal);
        return h.response(success(`Project ${name} removed`)).code(202);
      },
    });
  },
};

function changesOf({ description, quota = {} }: ProjectChangesBody): ProjectChanges {
  const { cpus, ...others } = quota;
  const cpu = cpus === null || cpus === undefined ? cpus : Math.round(cpus * 1000);
  return { description, quota: { ...others, ...(cpu !== undefined && { cpu }) } };
}

function serialize({ name, description, quota, used, createdAt, updatedAt }: NamedProject): Project {
  return {
    ...{ name, description: description ?? null, quota: serializeQuota(quota) },
    used: { cpus: used.cpu / 1000, memory: used.memory, containers: used.containers, gpus: used.gpus },
    ...{ created_at: createdAt ?? null, updated_at: updatedAt ?? null },
  };
}

function serializeQuota({ cpu, memory, containers, gpus }: Quota): ProjectQuota {
  const cpus = cpu === undefined ? null : cpu / 1000;
  return { cpus, memory: memory ?? null, containers: containers ?? null, gpus: gpus ?? null };
}
