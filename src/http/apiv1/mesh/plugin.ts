import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import type { Mesh, MeshBody } from '../../../api/mesh.ts';
import { enableMesh, endMesh, type ShownMesh, showMesh } from '../../../commands/mesh/mesh.ts';
import { rotateMeshTokens } from '../../../commands/mesh/rotate-mesh-tokens.ts';
import { type MeshManagers, meshManagers } from '../../../model/mesh.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { flagSchema, jsonPayload, strictValidation } from '../../validation.ts';

const path = '/apiv1/mesh';
const payload = Joi.object<MeshBody>({
  managers: Joi.valid(...meshManagers),
  manager_label: Joi.string().max(128).allow(''),
}).allow(null);

/** The mesh of engines for networks across them. */
export const meshPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-mesh',
  register: (server, { cluster }) => {
    server.route<{ Payload: (MeshBody & { readonly managers?: MeshManagers }) | null }>({
      method: 'PUT',
      path,
      options: {
        description: 'Join all engines in a mesh, for networks across engines',
        plugins: needs('create', 'engine'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload },
      },
      handler: async ({ payload: body }, h) =>
        h
          .response(
            success(
              serialize(await enableMesh(cluster, { managers: body?.managers, managerLabel: body?.manager_label })),
            ),
          )
          .code(202),
    });
    server.route<{ Query: { readonly consistent: boolean } }>({
      method: 'GET',
      path,
      options: {
        description: 'Show the engines in the mesh, and the problems of the others',
        plugins: needs('read', 'engine'),
        validate: { ...strictValidation, query: Joi.object({ consistent: flagSchema.default(true) }) },
      },
      handler: async ({ query: { consistent } }) =>
        success(serialize(await showMesh(cluster, { isConsistent: consistent }))),
    });
    server.route({
      method: 'POST',
      path: `${path}/rotate-tokens`,
      options: {
        description: 'Replace the tokens with which engines join the mesh',
        plugins: needs('create', 'engine'),
        validate: strictValidation,
      },
      handler: async () => {
        await rotateMeshTokens(cluster);
        return success('The tokens of the mesh are replaced; members stay');
      },
    });
    server.route<{ Query: { readonly force: boolean } }>({
      method: 'DELETE',
      path,
      options: {
        description: 'Make all engines leave the mesh',
        plugins: needs('remove', 'engine'),
        validate: { ...strictValidation, query: Joi.object({ force: flagSchema.default(false) }) },
      },
      handler: async ({ query: { force: isForced } }, h) =>
        h.response(success(serialize(await endMesh(cluster, { isForced })))).code(202),
    });
  },
};

function serialize({ managers, managerLabel, ending, createdAt, members, problem }: ShownMesh): Mesh {
  return {
    ...(managerLabel !== undefined && { manager_label: managerLabel }),
    ...{ managers, ending: ending !== undefined, created_at: createdAt, members },
    ...(problem !== undefined && { problem }),
  };
}
