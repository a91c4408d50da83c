import { Command } from 'commander';
import type { Contexts } from '../config/contexts.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** `whoami`: the identity of the caller on the server. */
export function whoamiCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  return withJson(new Command('whoami'))
    .description('show your identity and role on the server')
    .addHelpText('after', examples('satsuma whoami'))
    .action(async (flags: OutputFlags) => {
      // Any permission check returns the identity.
      const { data } = await api('GET', 'apiv1/can-i?verb=read&noun=cluster');
      const { who, role } = data;
      const host = contexts.host();
      writeResult(
        io,
        { data: { host, who, role }, text: () => line`${who}, with the role ${role}, at ${host}` },
        flags,
      );
    });
}
