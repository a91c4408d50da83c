import { Command } from 'commander';
import type { Contexts } from '../config/contexts.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

/** `whoami`: as whom the server knows whoever asks. */
export function whoamiCommand(api: ApiClient, contexts: Contexts, io: Io): Command {
  return withJson(new Command('whoami'))
    .description('say who you are to the server, and your role there')
    .addHelpText('after', examples('satsuma whoami'))
    .action(async (flags: OutputFlags) => {
      // Any question tells: there is none for this alone.
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
