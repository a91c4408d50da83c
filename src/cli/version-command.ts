import { Command } from 'commander';
import type { ServerVersion } from '../api/version.ts';
import type { Contexts } from '../config/contexts.ts';
import { version } from '../runtime/package-root.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeJson } from './output.ts';

/** `version`: of this program, and of the server. */
export function versionCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  return withJson(new Command('version'))
    .description('print the versions of this program and of the server')
    .addHelpText('after', examples('satsuma version', 'satsuma version --json'))
    .action(async ({ json }: OutputFlags) => {
      const client: ServerVersion = { version, node: process.versions.node };
      const textOf = (of: ServerVersion) => `${of.version}, on Node ${of.node}`;
      // Printed even if no server answers.
      if (!json) io.stdout(line`Client: ${textOf(client)}`);
      const { data } = await api('GET', 'apiv1/version');
      const server = { host: contexts.host(), ...data };
      if (json) writeJson(io, { client, server });
      else io.stdout(line`Server: ${textOf(server)}, at ${server.host}`);
    });
}
