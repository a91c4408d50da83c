import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Contexts, defaultContext } from '../config/contexts.ts';
import { given } from '../model/given.ts';
import { forEachName } from './for-each-name.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { contextList } from './list/context-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withDocumentJson, withJson, writeDocument, writeResult } from './output.ts';

interface Flags extends OutputFlags {
  readonly description?: string;
  readonly ca?: string;
}

const authorityHelp = "a PEM file with the CA of the server's certificate";

const order = paragraph(
  'The server is, in this order: --context, given before the command; SATSUMA_HOST; the context that ' +
    'SATSUMA_CONTEXT names; the current context; http://127.0.0.1:8080.',
);

/** `context`: named servers. */
export function contextCommands(contexts: Contexts, io: Io): Command {
  const context = new Command('context')
    .description('manage contexts: names of the servers that this command talks to')
    .addHelpText(
      'after',
      [order, examples('satsuma context create prod https://satsuma.example:8080', 'satsuma --context prod ps')].join(
        '\n',
      ),
    );
  for (const add of [addCreate, addUpdate, addList, addUse, addShow, addInspect, addRemove]) add(context, contexts, io);
  return context;
}

function addCreate(group: Command, contexts: Contexts, io: Io): void {
  withJson(group.command('create'))
    .description('create a context')
    .argument('<name>', 'its name')
    .argument('<host>', 'the address of a server, a URL or host:port')
    .option('--description <text>', 'what it is')
    .option('--ca <file>', authorityHelp)
    .addHelpText('after', examples('satsuma context create prod https://satsuma.example:8080 --description production'))
    .action((name: string, host: string, { description = '', ca, json }: Flags) => {
      const data = contexts.create(name, { host, description, ...given({ ca: ca && resolve(ca) }) });
      writeResult(io, { data, text: () => line`${name}` }, { json });
    });
}

function addUpdate(group: Command, contexts: Contexts, io: Io): void {
  withJson(group.command('update'))
    .description('change the address or the description of a context')
    .argument('<name>')
    .argument('[host]', 'the address of a server, a URL or host:port')
    .option('--description <text>', 'what it is')
    .option('--ca <file>', authorityHelp)
    .addHelpText('after', examples('satsuma context update prod https://satsuma-2.example:8080'))
    .action((name: string, host: string | undefined, { description, ca, json }: Flags) => {
      const data = contexts.update(name, given({ host, description, ca: ca && resolve(ca) }));
      writeResult(io, { data, text: () => line`${name}` }, { json });
    });
}

function addList(group: Command, contexts: Contexts, io: Io): void {
  withList(group.command('ls'), contextList)
    .description('list the contexts')
    .addHelpText('after', examples('satsuma context ls'))
    .action(async (flags: ListFlags) => {
      await writeList(io, contextList, { rows: contexts.list() }, flags);
      const { from } = contexts.chosen();
      if (from === 'SATSUMA_HOST' && !flags.quiet)
        io.stderr('SATSUMA_HOST is set and overrides the current context.\n');
    });
}

function addUse(group: Command, contexts: Contexts, io: Io): void {
  withJson(group.command('use'))
    .description('set the current context')
    .argument('<name>', `its name; "${defaultContext}" is SATSUMA_HOST, or this machine`)
    .addHelpText('after', examples('satsuma context use prod'))
    .action((name: string, { json }: OutputFlags) => {
      contexts.use(name);
      writeResult(io, { data: contexts.get(name), text: () => line`${name}` }, { json });
      const { from } = contexts.chosen();
      if (from !== 'SATSUMA_HOST' && from !== 'SATSUMA_CONTEXT') return;
      io.stderr(line`Warning: ${from} is set and overrides it: unset ${from} to use the context ${name}.`);
    });
}

function addShow(group: Command, contexts: Contexts, io: Io): void {
  withJson(group.command('show'))
    .description('print the name of the current context')
    .addHelpText('after', examples('satsuma context show'))
    .action((flags: OutputFlags) => {
      const data = contexts.chosen();
      writeResult(io, { data, text: () => line`${data.name}` }, flags);
    });
}

function addInspect(group: Command, contexts: Contexts, io: Io): void {
  withDocumentJson(group.command('inspect'))
    .description('show a context as JSON; default: the current one')
    .argument('[name]')
    .addHelpText('after', examples('satsuma context inspect prod'))
    .action((name: string | undefined, flags: OutputFlags) =>
      writeDocument(io, contexts.get(name ?? contexts.chosen().name), flags),
    );
}

function addRemove(group: Command, contexts: Contexts, io: Io): void {
  withJson(group.command('rm'))
    .description('forget contexts')
    .argument('<name...>')
    .option('-f, --force', 'even the current one; the default is used then')
    .addHelpText('after', examples('satsuma context rm prod'))
    .action((names: string[], { force = false, json }: OutputFlags & { readonly force?: boolean }) =>
      forEachName(io, names, { json }, async (name) => {
        contexts.remove(name, { force });
        return { data: name, text: () => line`${name}` };
      }),
    );
}
